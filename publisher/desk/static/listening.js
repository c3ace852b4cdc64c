// The player of a piece. Without this file the browser's own stands there, and times are no links to it.
import { announce } from "./desk.js";
import { merged, parse, print, timecode, total } from "./stretches.js";
import { waveform } from "./waveform.js";
import { followed } from "./words.js";

const SEND_EVERY = 10000; // Milliseconds between two reports of what was heard.
const SPEEDS = [1, 1.25, 1.5, 2, 0.75];

const CONTROLS = `
<button type="button" class="play"><svg viewBox="0 0 24 24" aria-hidden="true"><path class="go" d="M8 4.5v15l12-7.5z"/><path class="pause" d="M6 5h4.5v14H6zm7.5 0H18v14h-4.5z"/></svg></button>
<button type="button" class="back">−5 s<span class="unseen">, back</span></button>
<span class="clock"></span>
<span class="now" aria-hidden="true"></span>
<button type="button" class="speed wordy"></button>
<button type="button" class="help">Keys <span aria-hidden="true">?</span></button>`;

const start = (root) => {
  const audio = root.querySelector("audio");
  const { slug, revision } = root.dataset;
  const length = Number(root.dataset.length);
  const heardText = document.getElementById("heard");
  const csrf = document.querySelector("meta[name=csrf]").content;
  const chapters = [...document.querySelectorAll(".chapters [data-time]")];
  const timeOf = (element) => Number(element.dataset.time);

  const controls = document.createElement("div");
  controls.className = "controls";
  controls.innerHTML = CONTROLS;
  const track = document.createElement("div");
  track.className = "track";
  track.innerHTML = `<canvas aria-hidden="true"></canvas><input type="range" min="0" step="1" value="0" aria-label="Place in the sound">`;
  audio.after(controls, track);
  audio.controls = false;
  const part = (name) => root.querySelector(name);
  const [play, back, clock, now, speed] = [".play", ".back", ".clock", ".now", ".speed"].map(part);
  const range = part("input");
  range.max = length;
  const drawing = waveform(part("canvas"), length);
  drawing.show({
    findings: [...document.querySelectorAll(".finding[data-time]")].map(timeOf),
    changed: parse(root.dataset.changed || ""),
  });

  let heard = merged(parse(root.dataset.heard), length);
  let unsent = [];
  let last = null;

  const showHeard = () => {
    const seconds = Math.min(total(heard), length);
    const percent = seconds >= length - 1 ? 100 : Math.floor((100 * seconds) / length);
    heardText.firstElementChild.textContent = `You heard ${percent} % (${timecode(seconds)} of ${timecode(length)})`;
    for (const share of document.querySelectorAll(".share")) share.textContent = `${percent} %`;
    drawing.show({ heard });
  };
  heardText.innerHTML = `<span></span><span class="key">heard</span><span class="key not">not heard yet</span><span class="key found">finding</span>${root.dataset.changed ? '<span class="key new">changed since you last looked</span>' : ""}`;

  const report = () => {
    if (!unsent.length) return;
    const body = new URLSearchParams({ csrf, revision, stretches: print(merged(unsent, length)) });
    unsent = [];
    fetch(`/pieces/${slug}/heard`, { method: "POST", body, keepalive: true }).catch(() => undefined);
  };
  setInterval(report, SEND_EVERY);
  addEventListener("pagehide", report);
  document.addEventListener("visibilitychange", () => document.hidden && report());

  /** Time that passed while it played, and could be heard, was heard. */
  const listen = (time) => {
    if (last !== null && !audio.muted && audio.volume > 0 && time > last && time - last < 2 * audio.playbackRate) {
      unsent.push([last, time]);
      heard = merged([...heard, [last, time]], length);
      showHeard();
    }
    last = time;
  };

  const hear = (time) => {
    seek(time);
    audio.play().catch(() => undefined);
  };
  const lines = document.getElementById("lines");
  const following = lines ? followed(lines, hear) : { show() {}, know() {} };

  const show = (time) => {
    range.value = time;
    range.setAttribute("aria-valuetext", `${timecode(time)} of ${timecode(length)}`);
    clock.textContent = `${timecode(time)} / ${timecode(length)}`;
    if (time > 0 || !audio.paused) following.show(time);
    const chapter = chapters.filter((one) => timeOf(one) <= time + 0.1).pop();
    for (const one of chapters) one.toggleAttribute("aria-current", one === chapter && time > 0);
    now.textContent = chapter ? chapter.lastElementChild.textContent : "";
  };
  const seek = (time) => {
    last = null;
    const to = Math.min(Math.max(time, 0), length);
    if (audio.readyState) audio.currentTime = to;
    else audio.addEventListener("loadedmetadata", () => (audio.currentTime = to), { once: true });
    show(to);
  };

  const frame = () => {
    if (audio.paused) return;
    following.show(audio.currentTime);
    requestAnimationFrame(frame);
  };
  const state = () => {
    root.classList.toggle("playing", !audio.paused);
    play.setAttribute("aria-label", audio.paused ? "Play" : "Pause");
    if (audio.paused) report();
    else frame();
  };
  const toggle = () => (audio.paused ? audio.play().catch(() => undefined) : audio.pause());
  const setSpeed = (rate) => {
    audio.playbackRate = rate;
    speed.textContent = `${rate}×`;
    speed.setAttribute("aria-label", `Speed ${rate}×`);
  };

  // First, so that what is told when it pauses has all of it.
  audio.addEventListener("pause", () => listen(audio.currentTime));
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, state);
  audio.addEventListener("timeupdate", () => {
    if (audio.seeking) return;
    if (!audio.paused || audio.ended) listen(audio.currentTime);
    show(audio.currentTime);
  });
  audio.addEventListener("seeking", () => (last = null));
  audio.addEventListener("play", () => (last = audio.currentTime));
  audio.addEventListener("error", () => {
    audio.controls = true;
    controls.remove();
    track.remove();
    announce("The sound cannot be played.");
  });
  play.addEventListener("click", toggle);
  back.addEventListener("click", () => seek(audio.currentTime - 5));
  range.addEventListener("input", () => seek(Number(range.value)));
  speed.addEventListener("click", () => setSpeed(SPEEDS[(SPEEDS.indexOf(audio.playbackRate) + 1) % SPEEDS.length]));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-time]");
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    hear(timeOf(link));
  });

  if (root.dataset.peaks) {
    fetch(root.dataset.peaks).then((answer) => answer.json()).then(drawing.load).catch(() => undefined);
  }
  if (root.dataset.words) {
    fetch(root.dataset.words).then((answer) => answer.json()).then(following.know).catch(() => undefined);
  }
  setSpeed(1);
  state();
  showHeard();
  show(0);
  const arrived = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  if (arrived) seek(Number(arrived[1]));

  return {
    toggle,
    seek,
    leap: (seconds) => seek(audio.currentTime + seconds),
    time: () => audio.currentTime,
    /** To the next stretch that was not heard. */
    unheard() {
      const edges = [0, ...heard.flat(), length];
      const gaps = [];
      for (let at = 0; at < edges.length; at += 2) if (edges[at + 1] - edges[at] >= 1) gaps.push(edges[at]);
      const next = gaps.find((from) => from > audio.currentTime + 0.5) ?? gaps[0];
      if (next === undefined) announce("You heard all of it.");
      else hear(next);
    },
  };
};

const root = document.getElementById("player");
export const player = root ? start(root) : null;
