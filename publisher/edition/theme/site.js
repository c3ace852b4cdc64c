"use strict";
// Every page works without this file: the browser plays the audio, and times are links into it.
(() => {
  const all = (query) => [...document.querySelectorAll(query)];

  const timecode = (seconds) => {
    const [, hours, minutes, rest] = /(\d+):(\d+):(\d+)/.exec(new Date(Math.min(seconds, 86399) * 1000).toISOString());
    return hours > 0 ? `${Number(hours)}:${minutes}:${rest}` : `${Number(minutes)}:${rest}`;
  };

  /** `#t=90`, `#t=1:30` (media fragments) to seconds, or null. */
  const moment = (hash) => {
    const found = /[#&]t=((?:\d+:){0,2}\d+(?:\.\d+)?)/.exec(hash);
    return found && found[1].split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // No clipboard without https: select the text in a field.
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  };

  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  document.body.append(status);

  /** Copy, and say so. */
  const copyAndSay = async (button, text, said) => {
    if (status.textContent) return;
    const before = button.innerHTML;
    await copy(text);
    status.textContent = said;
    button.textContent = "Copied";
    setTimeout(() => {
      button.innerHTML = before;
      status.textContent = "";
    }, 1800);
  };

  for (const link of all("a[data-copy]")) {
    const button = document.createElement("button");
    button.textContent = "Copy";
    button.addEventListener("click", () => copyAndSay(button, link.textContent, "The address is copied."));
    link.after(button);
  }

  const audio = document.querySelector(".player audio");
  if (!audio || audio.error) return;

  const player = audio.parentElement;
  const chapters = all(".chapters [data-time]");
  const cues = all(".cue");
  const onDisk = location.protocol === "file:";
  player.insertAdjacentHTML(
    "beforeend",
    `<div class="controls">
<div class="buttons">
<button class="play"><svg viewBox="0 0 24 24"><path class="go" d="M8 4.5v15l12-7.5z"/><path class="pause" d="M6 5h4.5v14H6zm7.5 0H18v14h-4.5z"/></svg></button>
<button class="leap" data-leap="-15" aria-label="Back 15 seconds">−15</button>
<button class="leap" data-leap="30" aria-label="On 30 seconds">+30</button>
</div>
<div class="line">
<span class="at"></span><a class="now" href="#transcript"></a><span class="whole"></span>
<div class="track"><input type="range" min="0" max="1" value="0" aria-label="Place in the audio"></div>
</div>
<div class="buttons">
<button class="speed"></button>
<button class="share" aria-label="Copy a link to this moment"><svg viewBox="0 0 24 24"><path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1"/></svg></button>
</div>
</div>`,
  );
  audio.controls = false;
  const part = (name) => player.querySelector(name);
  const waveform = part(".waveform");
  const [play, range, track, at, now, whole] = [".play", "input", ".track", ".at", ".now", ".whole"].map(part);
  const [speed, share] = [".speed", ".share"].map(part);
  // Twice: as a whole, and over it what was played.
  if (waveform) track.prepend(waveform, waveform.cloneNode(true));

  const startOf = ({ dataset }) => Number(dataset.time || dataset.start);
  /** The last of them that has begun; a hair early, because a seek lands on the frame before. */
  const reached = (elements, time) => elements.filter((element) => startOf(element) <= time + 0.1).pop();
  const mark = (before, current) => {
    if (before !== current) before?.removeAttribute("aria-current");
    if (before !== current) current?.setAttribute("aria-current", "true");
    return current;
  };

  const whenMeasured = (react) =>
    audio.readyState ? react() : audio.addEventListener("loadedmetadata", react, { once: true });

  let cue;
  let chapter;
  const show = (time) => {
    const length = audio.duration || 0;
    range.value = time;
    range.setAttribute("aria-valuetext", `${timecode(time)} of ${timecode(length)}`);
    track.style.setProperty("--played", `${length ? (time / length) * 100 : 0}%`);
    at.textContent = timecode(time);
    const begun = time > 0 || !audio.paused;
    cue = mark(cue, begun ? reached(cues, time) : undefined);
    chapter = mark(chapter, begun ? reached(chapters, time) : undefined);
    now.textContent = chapter ? chapter.lastElementChild.textContent : cues.length ? "Transcript" : "";
  };

  const seek = (time) => {
    whenMeasured(() => (audio.currentTime = time));
    show(time);
  };
  // Where the browser does not let it begin, the button still says "Play".
  const start = () => audio.play().catch(() => undefined);
  const leap = (seconds) => seek(Math.max(0, audio.currentTime + seconds));

  const measured = () => {
    range.max = Math.ceil(audio.duration);
    whole.textContent = timecode(audio.duration);
    for (const element of chapters.slice(1)) {
      const tick = document.createElement("i");
      tick.style.left = `${(startOf(element) / audio.duration) * 100}%`;
      track.prepend(tick);
    }
    show(audio.currentTime);
  };
  whenMeasured(measured);

  const playing = () => {
    player.classList.toggle("playing", !audio.paused);
    play.setAttribute("aria-label", audio.paused ? "Play" : "Pause");
  };
  const on = (names, react) => names.split(" ").forEach((name) => audio.addEventListener(name, react));
  on("play pause ended", playing);
  on("timeupdate seeked", () => audio.seeking || show(audio.currentTime));
  // What went wrong is said by the browser's own player, when the last source has failed too.
  const failed = ({ target }) => {
    if (target !== (audio.lastElementChild || audio)) return;
    audio.controls = true;
    if (waveform) player.prepend(waveform);
    part(".controls").remove();
  };
  audio.addEventListener("error", failed, true);
  // It may have failed before anybody listened: let it try again.
  if (audio.networkState === audio.NETWORK_NO_SOURCE) audio.load();
  play.addEventListener("click", () => (audio.paused ? start() : audio.pause()));
  range.addEventListener("input", () => seek(Number(range.value)));
  for (const button of player.querySelectorAll("[data-leap]")) {
    button.addEventListener("click", () => leap(Number(button.dataset.leap)));
  }

  const speeds = [1, 1.25, 1.5, 2, 0.75];
  const setSpeed = (rate) => {
    audio.playbackRate = rate;
    speed.textContent = `${rate}×`;
    speed.setAttribute("aria-label", `Speed ${rate}×`);
  };
  speed.addEventListener("click", () => setSpeed(speeds[(speeds.indexOf(audio.playbackRate) + 1) % speeds.length]));

  share.addEventListener("click", () => {
    // From a disk, the page's public address.
    const page = onDisk ? document.querySelector("link[rel=canonical]").href : location.href;
    copyAndSay(share, `${page.split("#")[0]}#t=${Math.floor(audio.currentTime)}`, "The link is copied.");
  });

  for (const link of all("[data-time]")) {
    // The same moment, but in this page: what is copied from the link can be sent to someone.
    link.href = `#t=${link.dataset.time}`;
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      history.replaceState(null, "", link.href);
      seek(startOf(link));
      start();
    });
  }

  const toCue = (event) => {
    event?.preventDefault();
    (cue || cues[0])?.scrollIntoView({ block: "center" });
  };
  now.addEventListener("click", toCue);
  const arrive = () => {
    const time = moment(location.hash);
    if (time === null) return;
    seek(time);
    toCue();
  };
  addEventListener("hashchange", arrive);

  if ("mediaSession" in navigator) {
    const [cover] = all(".episode .cover");
    navigator.mediaSession.metadata = new MediaMetadata({
      title: all("h1")[0].textContent,
      artist: all(".episode .kicker span")[0].textContent,
      // Browsers take no picture from a disk.
      artwork: cover && !onDisk ? [{ src: cover.src }] : [],
    });
    navigator.mediaSession.setActionHandler("seekbackward", () => leap(-15));
    navigator.mediaSession.setActionHandler("seekforward", () => leap(30));
  }

  setSpeed(1);
  playing();
  show(0);
  arrive();
})();
