// What every page does: bring what is wrong, or what was just changed, to where somebody looks.
const said = document.getElementById("said");

/** Say something to who listens to the page instead of looking at it. */
export const announce = (text) => {
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = text));
};

/** How things move: at once, where somebody asked for less motion. */
export const motion = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth");

const mistake = document.querySelector(".mistake");
if (mistake) {
  const field = document.querySelector(`[aria-describedby="${mistake.id}"]`);
  (field || mistake).focus();
} else if (location.hash.length > 1 && !location.hash.startsWith("#t=")) {
  document.getElementById(location.hash.slice(1))?.focus();
}
