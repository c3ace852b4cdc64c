// The transcript: which line is heard now, and which word somebody points at.
import { motion } from "./desk.js";

const PATIENCE = 4000; // Milliseconds for which the page stays where somebody scrolled to.

/** The index of the last number that is not above `value`; -1 if all are. */
const reached = (numbers, value) => {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/** The letters of a line from one to another, as a range of its text. */
const rangeOf = (line, from, to) => {
  const range = document.createRange();
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  let at = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const end = at + node.length;
    if (from >= at && from < end) range.setStart(node, from - at);
    if (to > at && to <= end) {
      range.setEnd(node, to - at);
      break;
    }
    at = end;
  }
  return range;
};

/** How many letters of a line stand before a point of the window; null if the point is not in its words. */
const letterAt = (line, x, y) => {
  const [node, offset] = document.caretPositionFromPoint
    ? (({ offsetNode, offset: at }) => [offsetNode, at])(document.caretPositionFromPoint(x, y) || {})
    : (({ startContainer, startOffset }) => [startContainer, startOffset])(document.caretRangeFromPoint(x, y) || {});
  if (!node || !line.contains(node) || node.nodeType !== Node.TEXT_NODE) return null;
  const before = document.createRange();
  before.setStart(line, 0);
  before.setEnd(node, offset);
  return before.toString().length;
};

/** Follows the sound through the lines; `hear` plays from a time. */
export const followed = (lines, hear) => {
  const cues = [...lines.querySelectorAll(".cue")];
  const starts = Float64Array.from(cues, (cue) => Number(cue.dataset.start));
  const ends = Float64Array.from(cues, (cue) => Number(cue.dataset.end));
  const textOf = (number) => cues[number].querySelector(".text");
  const wordsOf = (text) => [...text.matchAll(/\S+/g)];
  let times = [];
  let current = -1;
  let word = -1;
  let stop = cues[0]?.querySelector(".time");
  let scrolled = -PATIENCE;
  if (stop) stop.tabIndex = 0;

  const touched = () => (scrolled = performance.now());
  for (const name of ["wheel", "touchmove", "keydown"]) addEventListener(name, touched, { passive: true });

  /** Seconds at which a letter of a line is said: that of its word, where it is known, or in proportion. */
  const timeOf = (number, letter) => {
    const text = textOf(number).textContent;
    const words = wordsOf(text);
    const index = words.findLastIndex((one) => one.index <= letter);
    const known = times[number];
    if (known?.length === words.length && index >= 0) return known[index];
    const share = text.length ? (words[index]?.index ?? 0) / text.length : 0;
    return starts[number] + share * (ends[number] - starts[number]);
  };

  const mark = (number) => {
    cues[current]?.removeAttribute("aria-current");
    current = number;
    cues[current]?.setAttribute("aria-current", "true");
    const cue = cues[current];
    if (cue && performance.now() - scrolled > PATIENCE) cue.scrollIntoView({ block: "center", behavior: motion() });
  };

  const markWord = (time) => {
    if (!CSS.highlights) return;
    const known = current < 0 ? [] : times[current] || [];
    const index = reached(known, time);
    if (index === word && index >= 0) return;
    word = index;
    CSS.highlights.delete("word");
    if (index < 0) return;
    const text = textOf(current);
    const found = wordsOf(text.textContent)[index];
    if (!found) return;
    CSS.highlights.set("word", new Highlight(rangeOf(text, found.index, found.index + found[0].length)));
  };

  const focusOn = (number) => {
    const next = cues[Math.min(Math.max(number, 0), cues.length - 1)]?.querySelector(".time");
    if (!next) return;
    if (stop) stop.tabIndex = -1;
    stop = next;
    stop.tabIndex = 0;
    stop.focus();
    stop.scrollIntoView({ block: "nearest" });
  };

  lines.addEventListener("click", (event) => {
    const cue = event.target.closest(".cue");
    if (!cue || !getSelection().isCollapsed) return;
    event.preventDefault();
    scrolled = -PATIENCE;
    const number = Number(cue.id.slice(1));
    const letter = event.target.closest(".time") ? null : letterAt(textOf(number), event.clientX, event.clientY);
    hear(letter === null ? starts[number] : timeOf(number, letter));
  });
  lines.addEventListener("keydown", (event) => {
    const cue = event.target.closest(".cue");
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (!cue || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    focusOn(Number(cue.id.slice(1)) + step);
  });

  return {
    know(said) {
      times = said;
    },
    show(time) {
      const number = reached(starts, time + 0.05);
      const inIt = number >= 0 && (time <= ends[number] + 0.3 || number === current) ? number : -1;
      if (inIt !== current) {
        word = -1;
        mark(inIt);
      }
      markWord(time);
    },
  };
};
