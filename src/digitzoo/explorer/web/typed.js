/**
 * What is typed into the calculator: texts as they stand in the fields, which may be wrong; how
 * they are kept in a link, and what they are worth.
 *
 * @import { Layer, Row } from "./formulas.js"
 *
 * @typedef {{kind: string, texts: Record<string, string>}} TypedLayer
 * @typedef {{input: string[], layers: TypedLayer[]}} Typed
 * @typedef {{layer: Layer, row: Row}} Worked
 * @typedef {{worked?: Worked, error?: TypedError}} Result A layer without either waits for others.
 */

import { ARGUMENTS, LayerError, workOut } from "./formulas.js";

const MOST = 1_000_000;

export const SIZES = ["height", "width", "channels"];

const PAIRS = ["kernel_size", "pool_size", "strides", "dilation_rate"];

const DEFAULTS = {
  filters: "32",
  units: "10",
  kernel_size: "3",
  pool_size: "2",
  strides: "1",
  padding: "valid",
  dilation_rate: "1",
  groups: "1",
  depth_multiplier: "1",
  use_bias: "True",
  edges: "1",
};

/** Something in a field that cannot be. */
export class TypedError extends Error {
  /** @param {string} field @param {string} key Of a sentence. @param {Record<string, string | number>} values */
  constructor(field, key, values) {
    super(`${field}: ${key} ${JSON.stringify(values)}`);
    this.field = field;
    this.key = key;
    this.values = values;
  }
}

/** What stands in a field at first. @param {string} kind @param {string} name */
function usual(kind, name) {
  if (name === "strides" && kind.endsWith("Pooling2D")) return ""; // as the window
  return DEFAULTS[/** @type {keyof DEFAULTS} */ (name)];
}

/** A layer as it is offered. @param {string} kind @param {Record<string, string>} [texts] @returns {TypedLayer} */
export function offered(kind, texts = {}) {
  const names = ARGUMENTS[kind];
  return {
    kind,
    texts: Object.fromEntries(names.map((name) => [name, texts[name] ?? usual(kind, name)])),
  };
}

/** What is not as it is at first. @param {TypedLayer} layer */
export function unusual({ kind, texts }) {
  return ARGUMENTS[kind].filter((name) => texts[name] !== usual(kind, name));
}

/** Write what is typed as the end of a link: `28x28x1;Conv2D:filters=8,kernel_size=3x5;Flatten`.
 * @param {Typed} typed */
export function write({ input, layers }) {
  /** @param {string} text */
  const safe = (text) => encodeURIComponent(text.replace(/\s+/g, "")).replace(/%2C/g, "/");
  const written = layers.map((layer) => {
    const values = unusual(layer).map((name) => `${name}=${safe(layer.texts[name])}`);
    return values.length ? `${layer.kind}:${values.join(",")}` : layer.kind;
  });
  return [input.map(safe).join("x"), ...written].join(";");
}

/** Read the end of a link; null if it is not one of ours. @param {string} text @returns {Typed | null} */
export function read(text) {
  try {
    const [first, ...others] = text.replace(/^#/, "").split(";");
    const input = first.split("x").map(decodeURIComponent);
    if (input.length !== SIZES.length) return null;
    const layers = others.map((other) => {
      const [kind, values = ""] = other.split(":");
      if (!Object.hasOwn(ARGUMENTS, kind)) throw new Error(kind);
      const pairs = values.split(",").map((value) => {
        const [name, ...rest] = value.split("=");
        return [name, decodeURIComponent(rest.join("=").replaceAll("/", ","))];
      });
      return offered(kind, Object.fromEntries(pairs));
    });
    return { input, layers };
  } catch {
    return null;
  }
}

/** @param {string} text @param {string} field @param {number} least */
function whole(text, field, least = 1) {
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= MOST)) {
    throw new TypedError(field, "whole", { value: text, least, most: MOST });
  }
  return value;
}

/** @param {string} text @param {string} field */
function pair(text, field) {
  const numbers = text.split(/[x×,*]/).map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0));
  if (numbers.length > 2 || numbers.some((one) => one < 1 || one > MOST)) {
    throw new TypedError(field, "pair", { value: text, most: MOST });
  }
  return [numbers[0], numbers[numbers.length - 1]];
}

/** @param {string} text @param {string} field */
function edges(text, field) {
  const parts = text.split(/[x×,*]/);
  const numbers = parts.map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  const [top, second, third, fourth] = numbers;
  if (numbers.every((one) => one <= MOST)) {
    if (numbers.length === 1)
      return [
        [top, top],
        [top, top],
      ];
    if (numbers.length === 2)
      return [
        [top, top],
        [second, second],
      ];
    if (numbers.length === 4)
      return [
        [top, second],
        [third, fourth],
      ];
  }
  throw new TypedError(field, "edges", { value: text });
}

/** Make a layer of what is typed. @param {TypedLayer} typed @returns {Layer} */
function understand({ kind, texts }) {
  /** @type {Record<string, unknown>} */
  const layer = { kind };
  for (const name of ARGUMENTS[kind]) {
    const text = texts[name];
    if (name === "padding") layer[name] = text === "same" ? "same" : "valid";
    else if (name === "use_bias") layer[name] = text !== "False";
    else if (name === "edges") layer[name] = edges(text, name);
    else if (name === "strides" && text.trim() === "" && usual(kind, name) === "") continue;
    else layer[name] = PAIRS.includes(name) ? pair(text, name) : whole(text, name);
  }
  return /** @type {Layer} */ (/** @type {unknown} */ (layer));
}

/** Which field a layer's error belongs to. @param {LayerError} error @param {string} kind */
function fieldOf(error, kind) {
  const window = kind.endsWith("Pooling2D") ? "pool_size" : "kernel_size";
  const fields = {
    "too large": window,
    groups: "groups",
    both: "dilation_rate",
    "cropped away": "edges",
  };
  return fields[/** @type {"groups"} */ (error.key)] ?? "kind";
}

/** Work one layer out. @param {TypedLayer} typed @param {number[]} shape @param {Row["fields"] | undefined} fields
 * @returns {Worked} */
function work(typed, shape, fields) {
  const layer = understand(typed);
  try {
    const row = workOut(layer, shape, fields);
    const counts = [row.params, row.macs, row.output.reduce((all, one) => all * one, 1)];
    if (counts.every(Number.isSafeInteger)) return { layer, row };
  } catch (error) {
    if (!(error instanceof LayerError)) throw error;
    const { channels, filters } = error.values;
    const values = { ...error.values, divisors: common(Number(channels), Number(filters)) };
    throw new TypedError(fieldOf(error, typed.kind), error.key, values);
  }
  throw new TypedError("kind", "too many", { most: Number.MAX_SAFE_INTEGER });
}

/** Some numbers that divide two. @param {number} one @param {number} other */
function common(one, other) {
  const found = [];
  for (let divisor = 1; divisor <= Math.min(one, other) && found.length < 8; divisor++) {
    if (one % divisor === 0 && other % divisor === 0) found.push(divisor);
  }
  return found.join(", ");
}

/** Work out what is typed, up to the first error. @param {Typed} typed */
export function calculate({ input, layers }) {
  /** @type {Result[]} */
  const results = layers.map(() => ({}));
  let [params, macs] = [0, 0];
  /** @type {TypedError | null} */
  let error = null;
  let failed = -1; // the layer that cannot be, if the input can
  try {
    let shape = input.map((text, at) => whole(text, SIZES[at]));
    /** @type {Row["fields"] | undefined} */
    let fields;
    for (const [place, layer] of layers.entries()) {
      failed = place;
      const worked = work(layer, shape, fields);
      results[place] = { worked };
      [shape, fields] = [worked.row.output, worked.row.fields];
      [params, macs] = [params + worked.row.params, macs + worked.row.macs];
    }
    failed = -1;
  } catch (caught) {
    if (!(caught instanceof TypedError)) throw caught;
    error = caught;
    if (failed >= 0) results[failed] = { error };
  }
  return { results, params, macs, error, failed };
}
