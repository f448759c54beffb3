/** Slides: each as large as the window, its text as large as fits; keys turn them. */

const WIDTH = 1280; // of a slide, in its own pixels
const SMALLEST = 0.45;
const slides = [...document.querySelectorAll("section")];

/** @param {HTMLElement} slide */
function fit(slide) {
  for (let size = 1; size >= SMALLEST; size -= 0.05) {
    slide.style.fontSize = `${26 * size}px`;
    if (slide.scrollHeight <= slide.clientHeight + 1) return;
  }
}

function scale() {
  document.body.style.zoom = `${document.documentElement.clientWidth / WIDTH}`;
}

/** @param {number} step */
function turn(step) {
  const here = slides.findIndex((slide) => slide.getBoundingClientRect().bottom > 40);
  slides[Math.max(0, Math.min(slides.length - 1, here + step))].scrollIntoView();
}

const STEPS = /** @type {Record<string, number>} */ ({
  ArrowRight: 1,
  PageDown: 1,
  ArrowLeft: -1,
  PageUp: -1,
});

addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "n") document.body.classList.toggle("notes");
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  turn(step);
});
addEventListener("resize", scale);
addEventListener("beforeprint", () => {
  document.body.style.zoom = "1";
});
addEventListener("afterprint", scale);
addEventListener("load", () => {
  document.querySelectorAll(".slide").forEach((slide) => {
    fit(/** @type {HTMLElement} */ (slide));
  });
  scale();
});
