/**
 * Images to try, each a button; those that the network takes for something else are marked.
 *
 * @import { Network } from "./network.js"
 * @import { PageData } from "./page.js"
 */

import { PIXELS } from "./colours.js";
import { button, find, make } from "./elements.js";
import { MapView } from "./maps.js";
import { unpack } from "./network.js";
import { product } from "./shapes.js";
import { say } from "./words.js";

/** @param {PageData} data @param {Network} network @param {(number: number) => void} take */
export function makeSamples(data, network, take) {
  const { pixels, labels } = data.samples;
  const shape = data.network.input;
  const count = product(shape);
  const all = unpack(pixels);
  const isColour = shape[2] === 3;
  for (const [number, label] of labels.entries()) {
    const canvas = make("canvas");
    const view = new MapView(canvas, shape, { tile: 40, columns: 1 });
    view.shown = 1;
    view.resize();
    const own = all.subarray(number * count, (number + 1) * count);
    view.draw(own, PIXELS, isColour);
    const sample = button("", () => take(number), {
      class: "sample",
      "aria-pressed": "false",
    });
    network.run(own);
    const result = network.probabilities;
    const taken = result.indexOf(Math.max(...result));
    const isWrong = label !== null && taken !== label;
    sample.classList.toggle("wrong", isWrong);
    Object.assign(sample.dataset, { own: String(label ?? ""), taken: String(taken) });
    sample.append(canvas);
    find("samples").append(sample);
  }
  find("samples-section").hidden = labels.length === 0;
}

/** Say in the page's language what each image shows. @param {string[]} classes */
export function nameSamples(classes) {
  for (const sample of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll(".sample")
  )) {
    const { own = "", taken = "" } = sample.dataset;
    const key = sample.classList.contains("wrong") ? "sample wrong" : "sample right";
    const name = classes[Number(own === "" ? taken : own)];
    const text = say(key, { name, taken: classes[Number(taken)] });
    sample.setAttribute("aria-label", text);
    sample.title = text;
  }
}
