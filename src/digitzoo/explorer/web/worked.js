/**
 * How a number came about, as tables, a list and an equation.
 *
 * @import { Answer, Term } from "./asking.js"
 * @import { Network } from "./network.js"
 * @import { Node } from "./operations.js"
 */

import { imageShape, placeOf } from "./asking.js";
import { cssColours, scaleFor } from "./colours.js";
import { make } from "./elements.js";
import { MapView } from "./maps.js";
import { depth } from "./shapes.js";
import { readable, say, short } from "./words.js";

const MOST_WRITTEN = 49; // cells of a window whose numbers are written out
const STRONGEST = 8;

/** The numbers under a window as a table, each on its colour.
 * @param {Node} node @param {Term[]} terms @param {string} title @param {(term: Term) => number} number
 * @param {(term: Term) => boolean} isThere Whether a number is written yet.
 * @param {(term: Term) => boolean} isChosen Whether it is outlined. */
export function windowTable(node, terms, title, number, isThere, isChosen) {
  const [rows, columns] = node.size;
  const byTap = new Map(terms.map((term) => [term.tap, term]));
  const scale = scaleFor(terms.map(number));
  const table = make(
    "table",
    { class: rows * columns > MOST_WRITTEN ? "fine" : "" },
    make("caption", {}, title),
  );
  for (let y = 0; y < rows; y++) {
    const line = make("tr");
    for (let x = 0; x < columns; x++) {
      const term = byTap.get(y * columns + x);
      const cell = make("td");
      if (!term) cell.classList.add("outside");
      else if (!isThere(term)) cell.classList.add("waiting");
      else {
        const value = number(term);
        Object.assign(cell.style, cssColours(scale, value));
        if (rows * columns <= MOST_WRITTEN) cell.textContent = short(value);
        cell.title = readable(value);
        cell.classList.toggle("chosen", isChosen(term));
      }
      if (!term && rows * columns <= MOST_WRITTEN) cell.textContent = "0";
      line.append(cell);
    }
    table.append(line);
  }
  return table;
}

/** What flowed into a unit: the strongest as a list, all as a picture.
 * @param {Network} network @param {Node} node @param {Answer} answer */
export function contributions(network, node, answer) {
  const products = Float32Array.from(answer.terms, (term) => term.value * term.weight);
  const whole = imageShape(network, node.inputs[0]);
  const shape =
    whole.reduce((all, one) => all * one, 1) === answer.terms.length
      ? whole
      : [answer.terms.length];
  const canvas = make("canvas", { role: "img", "aria-label": say("contributions") });
  const isImage = shape.length === 3 && shape[0] * shape[1] > 1;
  const view = new MapView(canvas, shape, { tile: shape[2] === 1 && isImage ? 168 : 42 });
  view.draw(products, scaleFor(products, true));
  return [
    strongest(network, node, answer),
    make("figure", {}, make("figcaption", {}, say("contributions")), canvas),
  ];
}

/** @param {Network} network @param {Node} node @param {Answer} answer */
export function strongest(network, node, answer) {
  const shape = imageShape(network, node.inputs[0]);
  const largest = [...answer.terms]
    .sort((one, other) => Math.abs(other.value * other.weight) - Math.abs(one.value * one.weight))
    .slice(0, STRONGEST);
  const items = largest.map(({ value, weight, index, channel }) => {
    const { row, column, channel: of } = placeOf(shape, Math.max(index, 0));
    const from =
      shape.length === 3 && index >= 0
        ? `(${row}, ${column}, ${of})`
        : String(index >= 0 ? index : channel);
    return make(
      "li",
      {},
      `${readable(value)} × ${readable(weight)} = ${readable(value * weight)} `,
      make("small", {}, say("contribution from", { place: from })),
    );
  });
  return make("div", {}, make("p", { class: "help" }, say("strongest")), make("ul", {}, ...items));
}

/** The number as a sum, with the numbers put in. @param {Network} network @param {number} number The
 * node's. @param {Answer} answer @param {number} channel */
export function equation(network, number, answer, channel) {
  const node = network.nodes[number];
  const lines = [];
  const count = answer.terms.length;
  const products = answer.terms.map((term) => term.value * term.weight);
  const total = products.reduce((sum, one) => sum + one, 0);
  if (
    answer.kind === "sum" &&
    node.weights.kernel === undefined &&
    node.weights.pointwise_kernel === undefined
  ) {
    lines.push(`${products.map(readable).join(" + ")} = ${readable(total)}`);
  } else if (answer.kind === "sum") {
    const outside = answer.outside ? ` (${say("outside", { count: answer.outside })})` : "";
    lines.push(`${say("sum", { count })}${outside}: ${readable(total)}`);
    if (answer.bias)
      lines.push(`+ ${say("bias")} ${readable(answer.bias)} = ${readable(answer.sum)}`);
  } else if (answer.kind === "largest" || answer.kind === "mean") {
    lines.push(`${say(answer.kind, { count })}: ${readable(answer.sum)}`);
  } else if (answer.kind === "factor") {
    const [{ value, weight }] = answer.terms;
    const formula = say("times", {
      value: readable(value),
      weight: readable(weight),
      bias: readable(answer.bias),
    });
    lines.push(`${formula} = ${readable(answer.sum)}`);
  } else if (answer.kind === "merge") {
    const values = answer.terms.map((term) => readable(term.value));
    const sign = { subtract: " - ", multiply: " x " }[node.operation];
    const joined = sign ? values.join(sign) : `${node.operation}(${values.join(", ")})`;
    lines.push(`${joined} = ${readable(answer.sum)}`);
  } else if (answer.kind === "row") lines.push(say("same values"));
  const name = node.activation.name;
  if (network.off[number].has(channel)) lines.push(say("switched off is 0"));
  else if (name === "softmax") {
    lines.push(
      `${say("softmax of", { sum: readable(answer.sum), count: depth(node.shape) })} = ${readable(answer.result)}`,
    );
  } else if (name !== "linear")
    lines.push(`${name}(${readable(answer.sum)}) = ${readable(answer.result)}`);
  return make("pre", { class: "equation", id: "equation" }, lines.join("\n"));
}
