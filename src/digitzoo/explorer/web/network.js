/**
 * A network on a page: its weights unpacked, run on an image, layer by layer, and changed.
 *
 * @import { Node, Tensor } from "./operations.js"
 *
 * @typedef {[number, number]} Rows The first row that changed, and the row behind the last.
 * @typedef {{shape: number[], start: number, type: "float16" | "float32"}} Packed
 * @typedef {{distribution: "uniform" | "normal" | "constant", size: number}} Drawn How an array
 *   is drawn before training: the limit of a uniform one, the deviation of a normal one, the value.
 * @typedef {Omit<Node, "weights"> & {weights: Record<string, Packed>, drawn: Record<string, Drawn>}}
 *   PackedNode
 * @typedef {{input: number[], scale: number, nodes: PackedNode[], output: number, weights: string,
 *   head: string | null}} PackedNetwork The head is the activation that comes last.
 */

import { activate } from "./activations.js";
import { OPERATIONS } from "./operations.js";
import { depth, product, rowsOf, span } from "./shapes.js";

/** Bytes from base64. @param {string} text */
export function unpack(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Numbers from the bits of half-precision ones. @param {Uint16Array} halves */
function widenHalves(halves) {
  const numbers = new Float32Array(halves.length);
  const bits = new Uint32Array(numbers.buffer);
  for (let i = 0; i < halves.length; i++) {
    const sign = (halves[i] & 0x8000) << 16;
    const exponent = (halves[i] >> 10) & 0x1f;
    const fraction = halves[i] & 0x3ff;
    if (exponent === 0)
      numbers[i] = (sign ? -1 : 1) * fraction * 2 ** -24; // zero, or subnormal
    else bits[i] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  }
  return numbers;
}

/** Numbers in 0..1 that a seed determines (mulberry32). @param {number} seed */
export function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {Drawn} drawn @param {number} count @param {() => number} random */
function draw({ distribution, size }, count, random) {
  const values = new Float32Array(count).fill(size);
  if (distribution === "constant") return values;
  return values.map(() => {
    if (distribution === "uniform") return size * (2 * random() - 1);
    return size * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  });
}

const LEAST = 1e-7; // as Keras clips probabilities
const ROUNDING = 1e-2; // of probabilities that sum to 1

export class Network {
  /** @param {PackedNetwork} packed */
  constructor(packed) {
    const bytes = unpack(packed.weights);
    this.inputShape = packed.input;
    this.scale = packed.scale;
    this.output = packed.output;
    this.head = packed.head;
    /** @type {Map<number, Float32Array>} Arrays that several layers share are unpacked once. */
    const unpacked = new Map();
    /** @type {Node[]} */
    this.nodes = packed.nodes.map((node) => {
      /** @type {Record<string, Tensor>} */
      const weights = {};
      for (const [name, { shape, start, type }] of Object.entries(node.weights)) {
        let data = unpacked.get(start);
        if (!data) {
          const end = start + product(shape) * (type === "float16" ? 2 : 4);
          const raw = bytes.slice(start, end).buffer;
          data = type === "float16" ? widenHalves(new Uint16Array(raw)) : new Float32Array(raw);
          unpacked.set(start, data);
        }
        weights[name] = { data, shape };
      }
      return { ...node, weights };
    });
    this.packedNodes = packed.nodes;
    this.trained = this.nodes.map((node) => node.weights);
    /** @type {Tensor[]} */
    this.values = [];
    this.values[0] = { data: new Float32Array(product(packed.input)), shape: packed.input };
    for (const { output, shape } of this.nodes) {
      this.values[output] = { data: new Float32Array(product(shape)), shape };
    }
    /** @type {Set<number>[]} The channels of each node that are switched off. */
    this.off = this.nodes.map(() => new Set());
    /** @type {Set<number>} Nodes to be worked out anew whatever comes in. */
    this.stale = new Set(this.nodes.keys());
    this.isTrained = true;
  }

  /** Whatever comes out. */
  get result() {
    return this.values[this.output].data;
  }

  /** What comes out, as `predict` makes probabilities of it. @returns {number[]} */
  get probabilities() {
    const { head } = this;
    const result = [...this.result];
    const total = result.reduce((sum, one) => sum + one, 0);
    const sumsToOne = Math.abs(total - 1) <= ROUNDING && result.every((one) => one >= 0);
    if (head === "softmax" || (head === null && sumsToOne)) return result;
    if (head === "sigmoid" && result.length === 1) return [1 - result[0], result[0]];
    const largest = Math.max(...result);
    const powers = result.map((one) =>
      head === "sigmoid" ? (one + LEAST) / (1 + LEAST - one) : Math.exp(one - largest),
    );
    const all = powers.reduce((sum, one) => sum + one, 0);
    return powers.map((one) => one / all);
  }

  /** Work the network out for an image; only what changed since the last one is worked out anew.
   * @param {ArrayLike<number>} image Pixels in 0..255, rows, columns, channels.
   */
  run(image) {
    for (const _ of this.steps(image));
    return this.result;
  }

  /** The same, with a pause behind each layer.
   * @param {ArrayLike<number>} image
   * @returns {Generator<number, void, void>} The number of the node that was worked out.
   */
  *steps(image) {
    /** @type {(Rows | null)[]} */
    const changed = [];
    changed[0] = this.#take(image);
    for (const [number, node] of this.nodes.entries()) {
      const rows = this.stale.delete(number)
        ? /** @type {Rows} */ ([0, rowsOf(node.shape)])
        : this.#affected(node, changed);
      changed[node.output] = rows;
      if (rows) {
        this.#work(number, rows);
        yield number;
      }
    }
  }

  /** Switch a filter, channel or unit off, or on again. @param {number} number The node's.
   * @param {number} channel */
  toggle(number, channel) {
    const off = this.off[number];
    if (!off.delete(channel)) off.add(channel);
    this.stale.add(number);
  }

  /** Switch everything on again. */
  restore() {
    for (const [number, off] of this.off.entries()) if (off.size) this.stale.add(number);
    for (const off of this.off) off.clear();
  }

  /** Take the trained weights, or others as they are drawn before training.
   * @param {boolean} trained @param {number} [seed] */
  choose(trained, seed = 1) {
    this.isTrained = trained;
    const random = randomNumbers(seed);
    /** @type {Map<number, Float32Array>} By where the trained array lies: shared ones stay shared. */
    const made = new Map();
    for (const [number, node] of this.nodes.entries()) {
      node.weights = { ...this.trained[number] };
      this.stale.add(number);
      if (trained) continue;
      for (const [name, how] of Object.entries(this.packedNodes[number].drawn)) {
        const { shape, start } = this.packedNodes[number].weights[name];
        const data = made.get(start) ?? draw(how, product(shape), random);
        made.set(start, data);
        node.weights[name] = { data, shape };
      }
    }
  }

  /** @param {ArrayLike<number>} image @returns {Rows | null} */
  #take(image) {
    const { data, shape } = this.values[0];
    const perRow = data.length / rowsOf(shape);
    let first = -1;
    let last = -1;
    for (let i = 0; i < data.length; i++) {
      const value = Math.fround((image[i] / 255) * this.scale);
      if (value === data[i]) continue;
      data[i] = value;
      last = Math.floor(i / perRow);
      if (first < 0) first = last;
    }
    return first < 0 ? null : [first, last + 1];
  }

  /** The rows of a node's output that changed inputs reach. @param {Node} node
   * @param {(Rows | null)[]} changed @returns {Rows | null} */
  #affected(node, changed) {
    const rows = node.inputs.map((value) => changed[value]).filter((one) => one !== null);
    if (!rows.length) return null;
    const height = rowsOf(node.shape);
    const from = Math.min(...rows.map(([first]) => first));
    const to = Math.max(...rows.map(([, last]) => last));
    const { reach } = OPERATIONS[node.operation];
    if (
      reach === "same" &&
      node.inputs.every((value) => rowsOf(this.values[value].shape) === height)
    ) {
      return [from, to];
    }
    if (reach !== "window" || node.shape.length !== 3) return [0, height];
    const taps = (node.size[0] - 1) * node.dilation[0];
    const first = Math.ceil((from + node.before[0] - taps) / node.strides[0]);
    const last = Math.floor((to - 1 + node.before[0]) / node.strides[0]);
    const range = /** @type {Rows} */ ([Math.max(first, 0), Math.min(last + 1, height)]);
    return range[0] < range[1] ? range : null;
  }

  /** @param {number} number @param {Rows} rows */
  #work(number, [from, to]) {
    const node = this.nodes[number];
    const { data } = this.values[node.output];
    const channels = depth(node.shape);
    const [start, end] = span(node.shape, from, to);
    OPERATIONS[node.operation].run(
      node,
      node.inputs.map((value) => this.values[value]),
      data,
      from,
      to,
    );
    activate(data, node.activation, start, end, channels);
    for (const channel of this.off[number]) {
      for (let i = start + channel; i < end; i += channels) data[i] = 0;
    }
  }
}
