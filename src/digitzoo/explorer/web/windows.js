/**
 * The drawing of a window on one axis: the input with its zeros, then a line for each place.
 *
 * @import { Line } from "./formulas.js"
 *
 * @typedef {object} Plan
 * @property {(number | null)[]} columns The positions that are shown; null stands for others.
 * @property {(number | null)[]} places The places of the window that are shown.
 */

const CELL = 24;
const MOST_PLACES = 8;
const SPACE = "http://www.w3.org/2000/svg";

/** Choose what is shown. @param {Line} line @param {number} most Columns that there is room for. @returns {Plan} */
export function plan(line, most) {
  const { size, kernel, strides, dilation, before, after, output } = line;
  const reach = dilation * (kernel - 1) + 1;
  const end = Math.max(size + after, (output - 1) * strides - before + reach);
  const all = end + before;
  /** @type {(number | null)[]} */
  let columns = Array.from({ length: Math.min(all, most) }, (_, at) => at - before);
  if (all > most) {
    const last = Math.floor((most - 1) / 2);
    const first = most - 1 - last;
    columns = [
      ...columns.slice(0, first),
      null,
      ...Array.from({ length: last }, (_, at) => end - last + at),
    ];
  }
  const places =
    output <= MOST_PLACES
      ? Array.from({ length: output }, (_, place) => place)
      : [0, 1, null, output - 1];
  return { columns, places };
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {(Node | string)[]} content */
function draw(tag, attributes, ...content) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, `${value}`);
  element.append(...content);
  return element;
}

/** @param {number} x @param {number} y @param {string} kind @param {string} [text] */
function cell(x, y, kind, text = "") {
  const box = { x: x * CELL, y: y * CELL, width: CELL, height: CELL, class: `dz-${kind}` };
  if (!text) return [draw("rect", box)];
  const small = text.length > 3 ? "dz-small" : "";
  const place = { x: (x + 0.5) * CELL, y: (y + 0.5) * CELL, class: small };
  return [draw("rect", box), draw("text", place, text)];
}

/** Draw a window. @param {Line} line @param {number} most @param {string} label */
export function drawLine(line, most, label) {
  const { size, kernel, strides, dilation, before, after, unused } = line;
  const { columns, places } = plan(line, most);
  const reach = dilation * (kernel - 1) + 1;
  const gap = columns.indexOf(null);
  /** @param {number} position */
  const columnOf = (position) => {
    const at = columns.indexOf(position);
    return at >= 0 ? at : gap;
  };
  const right = columns.length + 1.5;
  /** @type {SVGElement[]} */
  const parts = [];
  for (const [x, position] of columns.entries()) {
    if (position === null) parts.push(...ellipsis(x, 0, "⋯"));
    else if (position >= 0 && position < size)
      parts.push(...cell(x, 0, "input", `${position + 1}`));
    else if (position < size + after) {
      const isExtra = position === size + after - 1 && after === before + 1;
      parts.push(...cell(x, 0, isExtra ? "extra" : "zero", "0"));
    }
    if (position !== null && position >= size + after - unused && position < size + after) {
      const ends = { x1: x * CELL, y1: CELL, x2: (x + 1) * CELL, y2: 0, class: "dz-unused" };
      parts.push(draw("line", ends));
    }
  }
  for (const [row, place] of places.entries()) {
    const y = row + 1.5;
    if (place === null) {
      parts.push(...ellipsis(columns.length / 2 - 0.5, y, "⋮"), ...ellipsis(right, y, "⋮"));
      continue;
    }
    const start = place * strides - before;
    const [from, to] = [columnOf(start), columnOf(start + reach - 1) + 1];
    for (const [x, position] of columns.entries()) {
      const tap = position === null ? -1 : position - start;
      if (tap >= 0 && tap < reach && tap % dilation === 0) parts.push(...cell(x, y, "seen"));
      if (position === null && from <= x && x < to) parts.push(...ellipsis(x, y, "⋯"));
    }
    const frame = { x: from * CELL, y: y * CELL, width: (to - from) * CELL, height: CELL };
    parts.push(draw("rect", { ...frame, class: "dz-frame" }));
    const middle = (y + 0.5) * CELL;
    const [tail, head] = [to * CELL + 4, right * CELL - 4];
    const arrow = `M${tail} ${middle}H${head}m-5 -4l5 4l-5 4`;
    parts.push(draw("path", { d: arrow, class: "dz-arrow" }));
    parts.push(...cell(right, y, "made", `${place + 1}`));
  }
  const [width, height] = [(right + 1) * CELL + 2, (places.length + 1.5) * CELL + 2];
  return draw(
    "svg",
    { viewBox: `-1 -1 ${width} ${height}`, width, height, role: "img", "aria-label": label },
    ...parts,
  );
}

/** @param {number} x @param {number} y @param {string} text */
function ellipsis(x, y, text) {
  return [draw("text", { x: (x + 0.5) * CELL, y: (y + 0.5) * CELL, class: "dz-gap" }, text)];
}

/** Say how many columns there is room for. @param {number} width Pixels. */
export function roomFor(width) {
  return Math.max(9, Math.min(40, Math.floor((width - 2) / CELL - 2.5)));
}
