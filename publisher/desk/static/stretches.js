// Stretches of time: which were played. The server merges them in the same way (publisher/workflow/heard.py).
const GAP = 0.25;

/** In order, within the length, those joined that touch or nearly do. */
export const merged = (stretches, length) => {
  const found = [];
  for (const [from, to] of [...stretches].sort((one, other) => one[0] - other[0])) {
    const [start, end] = [Math.max(from, 0), Math.min(to, length)];
    if (end <= start) continue;
    const last = found.at(-1);
    if (last && start <= last[1] + GAP) last[1] = Math.max(last[1], end);
    else found.push([start, end]);
  }
  return found;
};

/** `0-12.5 20-31`, as the page and the server say it. */
export const parse = (text) => text.split(/\s+/).filter(Boolean).map((one) => one.split("-").map(Number));
export const print = (stretches) => stretches.map(([from, to]) => `${from.toFixed(2)}-${to.toFixed(2)}`).join(" ");

/** Seconds in all. */
export const total = (stretches) => stretches.reduce((sum, [from, to]) => sum + to - from, 0);

export const timecode = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
};

/** `12:03.2`, as times are written. */
export const tenths = (seconds) => {
  const whole = Math.floor(seconds);
  return `${timecode(whole)}.${Math.floor((seconds - whole) * 10)}`;
};
