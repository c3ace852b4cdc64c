// The keys of a piece; the dialog on the page says the same.
import { announce, motion } from "./desk.js";
import { player } from "./listening.js";
import { tenths } from "./stretches.js";

const OFF = "desk-keys-off";
const findings = [...document.querySelectorAll(".finding")];
const dialog = document.getElementById("keys");
let at = -1;

const marksOf = (finding) => document.querySelectorAll(`mark[data-finding="${finding.dataset.finding}"]`);

/** To a finding: in the list, in the text, and in the sound. */
const go = (step) => {
  if (!findings.length) {
    announce("There are no findings.");
    return;
  }
  at = (at + step + findings.length) % findings.length;
  const finding = findings[at];
  for (const mark of document.querySelectorAll("mark.now")) mark.classList.remove("now");
  const marks = marksOf(finding);
  for (const mark of marks) mark.classList.add("now");
  marks[0]?.scrollIntoView({ block: "center", behavior: motion() });
  finding.focus({ preventScroll: marks.length > 0 && matchMedia("(min-width: 64rem)").matches });
  finding.scrollIntoView({ block: "nearest" });
  if (player && finding.dataset.time) player.seek(Number(finding.dataset.time) - 1);
  announce(`Finding ${at + 1} of ${findings.length}`);
};

/** Open the form of a remark, at this moment of the sound. */
const remark = () => {
  const form = document.getElementById("remark");
  if (!form) return;
  form.open = true;
  const from = document.getElementById("from");
  if (from && player && !from.value) from.value = tenths(player.time());
  document.getElementById("text").focus();
};

const help = () => (dialog.open ? dialog.close() : dialog.showModal());

const KEYS = {
  " ": () => player?.toggle(),
  k: () => player?.toggle(),
  j: () => player?.leap(-5),
  l: () => player?.leap(5),
  u: () => player?.unheard(),
  n: () => go(1),
  p: () => go(at < 0 ? 0 : -1),
  m: remark,
  d: () => document.getElementById("decision")?.focus(),
  "?": help,
};

/** Whether a key is for what has the focus. A dialog that was just closed keeps the focus until the next frame. */
const isTyped = (target) =>
  dialog.contains(target) ? dialog.open : target.closest("input:not([type=range]), textarea, select, dialog");

addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyped(event.target)) return;
  // The space bar presses what is focused, and letters are off for who asked for that.
  if (event.key === " " && event.target.closest("button, summary, a")) return;
  if (event.key !== "?" && event.key !== " " && localStorage.getItem(OFF)) return;
  event.preventDefault();
  act();
});

document.querySelector(".help")?.addEventListener("click", help);
const off = document.getElementById("keys-off");
off.checked = Boolean(localStorage.getItem(OFF));
off.addEventListener("change", () => (off.checked ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF)));

/** A mark in the text leads to its finding. */
document.addEventListener("click", (event) => {
  const mark = event.target.closest("mark[data-finding]");
  const finding = mark && document.getElementById(`f-${mark.dataset.finding}`);
  if (finding) finding.scrollIntoView({ block: "nearest", behavior: motion() });
});

/** What the sound is at now, where it was left empty. */
document.getElementById("remark")?.addEventListener("toggle", ({ target }) => {
  const from = document.getElementById("from");
  if (target.open && from && player && !from.value) from.value = tenths(player.time());
});
