// The waveform: how loud it is, what was heard of it, where findings are, and what changed.
const PITCH = 3;

/** Levels from 0 to 1, one a bar, of peaks as audiowaveform writes them. */
const levels = ({ data, bits }, count) => {
  const full = bits === 16 ? 32768 : 128;
  const pairs = data.length / 2;
  return Array.from({ length: count }, (_, bar) => {
    const from = Math.floor((bar * pairs) / count);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * pairs) / count));
    let sum = 0;
    for (let at = from; at < to; at += 1) sum += Math.max(-data[2 * at], data[2 * at + 1]);
    return Math.sqrt(sum / (to - from) / full);
  });
};

/** Draws into a canvas; gives what draws it again with other values. */
export const waveform = (canvas, length) => {
  const paint = canvas.getContext("2d");
  let peaks = null;
  let bars = [];
  let colours = {};
  let shown = { heard: [], findings: [], changed: [] };

  const measure = () => {
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    paint.setTransform(ratio, 0, 0, ratio, 0, 0);
    const style = getComputedStyle(canvas);
    colours = Object.fromEntries(
      ["heard", "unheard", "coral", "changed"].map((name) => [name, style.getPropertyValue(`--${name}`)]),
    );
    const count = Math.max(1, Math.floor(width / PITCH));
    const drawn = peaks && peaks.data.length ? levels(peaks, count) : Array(count).fill(0.25);
    const loudest = Math.max(...drawn) || 1;
    bars = drawn.map((level) => level / loudest);
    draw();
  };

  const within = (stretches, time) => stretches.some(([from, to]) => from <= time && time < to);
  const draw = () => {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const [top, low] = [9, height - 7];
    paint.clearRect(0, 0, width, height);
    bars.forEach((level, bar) => {
      const time = ((bar + 0.5) / bars.length) * length;
      const tall = Math.max(2, level * (low - top));
      const isHeard = within(shown.heard, time);
      paint.fillStyle = isHeard ? colours.heard : colours.unheard;
      paint.fillRect(bar * PITCH, top + (low - top - tall) / 2, 2, tall);
      // Not by colour alone: what was heard has a line under it.
      if (isHeard) paint.fillRect(bar * PITCH, height - 3, PITCH, 3);
    });
    const x = (time) => (time / length) * width;
    paint.fillStyle = colours.changed;
    for (const [from, to] of shown.changed) paint.fillRect(x(from), 0, Math.max(3, x(to) - x(from)), 4);
    paint.fillStyle = colours.coral;
    for (const time of shown.findings) {
      paint.beginPath();
      paint.arc(Math.min(Math.max(x(time), 4), width - 4), 5, 3.5, 0, 7);
      paint.fill();
    }
  };

  new ResizeObserver(measure).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", measure);
  return {
    load(said) {
      peaks = said;
      measure();
    },
    show(values) {
      shown = { ...shown, ...values };
      draw();
    },
  };
};
