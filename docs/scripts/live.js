/** Networks in a frame: they follow the page's colours, and are as high as what they show. */

const SMALL = matchMedia("(max-width: 640px)"); // there a frame scrolls in itself

/** @param {HTMLIFrameElement} frame */
function follow(frame) {
  const inside = frame.contentDocument; // none where the browser keeps pages apart
  if (!inside?.getElementById("sketch")) return;
  const isDark = document.body.getAttribute("data-md-color-scheme") === "slate";
  inside.documentElement.dataset.scheme = isDark ? "dark" : "light";
  if (frame.dataset.fits) return;
  frame.dataset.fits = "true";
  const fit = () => {
    const height = inside.body.scrollHeight + 2;
    frame.style.height = SMALL.matches ? "" : `${height}px`;
  };
  new ResizeObserver(fit).observe(inside.body);
  SMALL.addEventListener("change", fit);
}

const live = /** @type {NodeListOf<HTMLIFrameElement>} */ (
  document.querySelectorAll(".dz-live iframe")
);
for (const frame of live) {
  frame.addEventListener("load", () => follow(frame));
  follow(frame);
}
if (live.length) {
  new MutationObserver(() => live.forEach(follow)).observe(document.body, {
    attributeFilter: ["data-md-color-scheme"],
  });
}
