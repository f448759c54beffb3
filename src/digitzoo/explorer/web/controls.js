/**
 * What can be pressed, dragged and dropped on the page.
 *
 * @import { Page } from "./page.js"
 */

import { placeOf } from "./asking.js";
import { find, findInput } from "./elements.js";
import { spoken } from "./words.js";

/** @param {Page} page */
export function listen(page) {
  /** @param {string} id @param {() => void} pressed */
  const press = (id, pressed) => find(id).addEventListener("click", pressed);
  press("eraser", () => {
    page.sketch.erases = !page.sketch.erases;
    find("eraser").setAttribute("aria-pressed", String(page.sketch.erases));
  });
  press("undo", () => page.sketch.undo());
  press("clear", () => {
    page.sketch.clear();
    page.takeSketch();
  });
  press("open", () => findInput("file").click());
  findInput("file").addEventListener("change", () => {
    const [file] = findInput("file").files ?? [];
    if (file) page.takeFile(file);
    findInput("file").value = ""; // so that the same file can be opened again
  });
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => event.preventDefault());
  }
  document.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer?.files ?? [];
    if (file) page.takeFile(file);
  });
  for (const arrow of document.querySelectorAll("[data-shift]")) {
    const [down, right] = (arrow.getAttribute("data-shift") ?? "").split(",").map(Number);
    arrow.addEventListener("click", () => {
      const { shift } = page.picture;
      page.picture.shift = [shift[0] + down, shift[1] + right];
      page.refresh();
    });
  }
  findInput("noise").addEventListener("input", () => {
    page.picture.noise = Number(findInput("noise").value) / 100;
    page.refresh();
  });
  press("restore", () => {
    page.picture.mend();
    page.picture.noise = 0;
    findInput("noise").value = "0";
    page.refresh();
  });
  press("all-on", () => {
    for (const network of Object.values(page.networks)) network.restore();
    find("layers").querySelector("summary")?.focus({ preventScroll: true }); // the button goes
    page.sayOff();
    page.refresh();
  });
  findInput("beside").addEventListener("change", () => {
    find("maps-of").hidden = !findInput("beside").checked;
    if (!findInput("beside").checked) page.showNetwork("trained");
    else page.refresh();
  });
  findInput("which").addEventListener("change", () => {
    page.showNetwork(findInput("which").value === "untrained" ? "untrained" : "trained");
  });
  press("language", () => page.speak(spoken() === "en" ? "ko" : "en"));
  press("scheme", () => {
    const root = document.documentElement;
    const isDark = getComputedStyle(root).getPropertyValue("--is-dark").trim() === "1";
    root.dataset.scheme = isDark ? "light" : "dark";
  });
  listenToRubber(page);
}

/** Erase where the image that the network sees is dragged over. @param {Page} page */
function listenToRubber(page) {
  const { canvas } = page.seenView;
  let rubs = false;
  /** @param {PointerEvent} event */
  const rub = (event) => {
    if (!rubs) return;
    const at = page.seenView.locate(event.clientX, event.clientY);
    if (at === null) return;
    const { row, column } = placeOf(
      [...page.seenView.shape.slice(0, 2), page.seenView.channels],
      at,
    );
    page.picture.erase(row, column);
    page.refresh();
  };
  canvas.addEventListener("pointerdown", (event) => {
    rubs = true;
    canvas.setPointerCapture(event.pointerId);
    rub(event);
  });
  canvas.addEventListener("pointermove", rub);
  for (const kind of ["pointerup", "pointercancel"])
    canvas.addEventListener(kind, () => (rubs = false));
}
