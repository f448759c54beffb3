/**
 * What flows out of a layer as a picture: its maps side by side, or its units as cells.
 *
 * @import { Box } from "./asking.js"
 * @import { Scale } from "./colours.js"
 *
 * @typedef {{box: Box, channel: number | null, strong: boolean}} Frame A part to be outlined, on
 *   one map or on all.
 */

import { placeOf } from "./asking.js";
import { colourAt } from "./colours.js";

const TILE = 56; // pixels of a map's longer side, at least
const GAP = 3;
const CELL = 13; // pixels of a unit
const MOST_SHOWN = 64;

export class MapView {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number[]} shape Of the value that is drawn.
   * @param {{tile?: number, columns?: number}} [options]
   */
  constructor(canvas, shape, { tile = TILE, columns } = {}) {
    this.canvas = canvas;
    this.shape = shape;
    const isImage = shape.length === 3;
    this.height = isImage ? shape[0] : 1;
    this.width = isImage ? shape[1] : 1;
    this.channels = isImage ? shape[2] : shape.reduce((size, one) => size * one, 1);
    const longest = Math.max(this.height, this.width);
    this.unit = isImage && longest > 1 ? Math.max(1, Math.round(tile / longest)) : CELL;
    this.gap = isImage && longest > 1 ? GAP : 1;
    this.shown = isImage && longest > 1 ? Math.min(this.channels, MOST_SHOWN) : this.channels;
    this.columns = columns ?? this.#chooseColumns();
    /** @type {Frame[]} */
    this.frames = [];
    /** @type {Set<number>} */
    this.off = new Set();
    this.tile = document.createElement("canvas");
    this.tile.width = this.width;
    this.tile.height = this.height;
    this.resize();
  }

  #chooseColumns() {
    if (this.height * this.width > 1) return Math.ceil(Math.sqrt(this.shown));
    if (this.shown <= 16) return 1;
    return this.shown <= 160 ? 8 : Math.min(16 * Math.ceil(this.shown / 640), 64);
  }

  /** Show all maps, also where there are many. */
  showAll() {
    this.shown = this.channels;
    this.resize();
  }

  resize() {
    const rows = Math.ceil(this.shown / this.columns);
    this.canvas.width =
      Math.min(this.columns, this.shown) * (this.width * this.unit + this.gap) - this.gap;
    this.canvas.height = rows * (this.height * this.unit + this.gap) - this.gap;
  }

  /** The corner of a map. @param {number} channel @returns {[number, number]} */
  corner(channel) {
    return [
      (channel % this.columns) * (this.width * this.unit + this.gap),
      Math.floor(channel / this.columns) * (this.height * this.unit + this.gap),
    ];
  }

  /** @param {ArrayLike<number>} values @param {Scale} scale @param {boolean} [colour] Three
   *   channels are one picture. */
  draw(values, scale, colour = false) {
    const context = this.canvas.getContext("2d");
    const small = this.tile.getContext("2d");
    if (!context || !small) return;
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const pixels = small.createImageData(this.width, this.height);
    const count = this.height * this.width;
    for (let channel = 0; channel < (colour ? 1 : this.shown); channel++) {
      for (let i = 0; i < count; i++) {
        for (let part = 0; part < 3; part++) {
          const value = values[i * this.channels + (colour ? part : channel)];
          pixels.data[4 * i + part] = scale.table[colourAt(scale, value) + part];
        }
        pixels.data[4 * i + 3] = 255;
      }
      small.putImageData(pixels, 0, 0);
      const [x, y] = this.corner(channel);
      context.drawImage(this.tile, x, y, this.width * this.unit, this.height * this.unit);
      if (this.off.has(channel)) this.#cross(context, x, y);
    }
    for (const frame of this.frames) this.#frame(context, frame);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y */
  #cross(context, x, y) {
    const [width, height] = [this.width * this.unit, this.height * this.unit];
    context.strokeStyle = "#e69f00";
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, width - 2, height - 2);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + width, y + height);
    context.moveTo(x + width, y);
    context.lineTo(x, y + height);
    context.stroke();
  }

  /** @param {CanvasRenderingContext2D} context @param {Frame} frame */
  #frame(context, { box: [top, left, bottom, right], channel, strong }) {
    const channels = channel === null ? [...Array(this.shown).keys()] : [channel];
    for (const one of channels) {
      if (one >= this.shown) continue;
      const [x, y] = this.corner(one);
      const edge = strong ? 2 : 1;
      context.lineWidth = edge;
      context.strokeStyle = "#e69f00";
      context.strokeRect(
        x + left * this.unit - edge / 2,
        y + top * this.unit - edge / 2,
        (right - left + 1) * this.unit + edge,
        (bottom - top + 1) * this.unit + edge,
      );
    }
  }

  /** Which value lies at a point of the canvas, in pixels of the page; null beside the maps.
   * @param {number} x @param {number} y @returns {number | null} */
  locate(x, y) {
    const bounds = this.canvas.getBoundingClientRect();
    const left = ((x - bounds.left) * this.canvas.width) / bounds.width;
    const top = ((y - bounds.top) * this.canvas.height) / bounds.height;
    const across = this.width * this.unit + this.gap;
    const down = this.height * this.unit + this.gap;
    const channel = Math.floor(top / down) * this.columns + Math.floor(left / across);
    const column = Math.floor((left % across) / this.unit);
    const row = Math.floor((top % down) / this.unit);
    const inside = left >= 0 && top >= 0 && left < this.canvas.width && channel < this.shown;
    if (!inside || column >= this.width || row >= this.height) return null;
    return this.indexOf(row, column, channel);
  }

  /** @param {number} row @param {number} column @param {number} channel */
  indexOf(row, column, channel) {
    return (row * this.width + column) * this.channels + channel;
  }

  /** The value beside another, by the keys of a keyboard; null for other keys.
   * @param {number} index @param {string} key @returns {number | null} */
  step(index, key) {
    const place =
      this.width * this.height > 1
        ? placeOf(this.shape, index)
        : { row: 0, column: 0, channel: index };
    const isStrip = this.width * this.height === 1;
    const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[
      key
    ];
    let { row, column, channel } = place;
    if (move && isStrip) channel += move[0] * this.columns + move[1];
    else if (move) [row, column] = [row + move[0], column + move[1]];
    else if (key === "PageDown") channel += 1;
    else if (key === "PageUp") channel -= 1;
    else return null;
    const within = row >= 0 && column >= 0 && row < this.height && column < this.width;
    return within && channel >= 0 && channel < this.channels
      ? this.indexOf(row, column, channel)
      : index;
  }
}
