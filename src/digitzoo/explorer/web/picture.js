/**
 * The image that goes into the network: what was drawn, picked or opened, and how it was broken.
 */

import { findInk, prepareDigit } from "./digit.js";
import { make } from "./elements.js";
import { randomNumbers } from "./network.js";

export const LARGEST_PICTURE = 280;
const RUBBER = 1; // pixels to each side
const NOISE = 1.28; // of white, at a noise of 100 %

export class Picture {
  /** @param {number[]} shape Of the input. @param {boolean} centred Whether pictures are made like
   *   MNIST's digits. */
  constructor([height, width, channels], centred) {
    this.size = { height, width, channels };
    this.centred = centred;
    /** @type {Uint8Array} */
    this.base = new Uint8Array(height * width * channels); // before it is broken
    this.erased = new Uint8Array(height * width);
    this.shift = [0, 0];
    this.noise = 0;
    this.pattern = noisePattern(this.base.length);
  }

  /** The image as the network gets it: erased, shifted, with noise. */
  get image() {
    const { height, width, channels } = this.size;
    const image = new Uint8ClampedArray(this.base.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [row, column] = [y - this.shift[0], x - this.shift[1]];
        const inside = row >= 0 && row < height && column >= 0 && column < width;
        const isErased = inside && this.erased[row * width + column];
        for (let c = 0; c < channels; c++) {
          const at = (y * width + x) * channels + c;
          const before = inside && !isErased ? this.base[(row * width + column) * channels + c] : 0;
          image[at] = before + this.noise * NOISE * this.pattern[at];
        }
      }
    }
    return image;
  }

  /** Take back what was erased and shifted. */
  mend() {
    this.erased.fill(0);
    this.shift = [0, 0];
  }

  /** Erase around a pixel of the image as it is seen. @param {number} row @param {number} column */
  erase(row, column) {
    const { height, width } = this.size;
    const [y, x] = [row - this.shift[0], column - this.shift[1]];
    for (let one = Math.max(y - RUBBER, 0); one <= Math.min(y + RUBBER, height - 1); one++) {
      const [from, to] = [Math.max(x - RUBBER, 0), Math.min(x + RUBBER, width - 1)];
      if (from <= to) this.erased.fill(1, one * width + from, one * width + to + 1);
    }
  }

  /** Make an image of a picture of any size. @param {ImageBitmap} picture @returns {Uint8Array} */
  fitted(picture) {
    const scale = Math.min(1, LARGEST_PICTURE / Math.max(picture.width, picture.height));
    const canvas = make("canvas");
    const width = Math.max(1, Math.round(picture.width * scale));
    const height = Math.max(1, Math.round(picture.height * scale));
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    if (!context) return this.base;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.drawImage(picture, 0, 0, width, height);
    if (!this.centred) return this.resized(canvas);
    const { data } = context.getImageData(0, 0, width, height);
    const gray = Float32Array.from(
      { length: width * height },
      (_, i) => luminance(data, 4 * i) / 255,
    );
    return prepareDigit(findInk({ data: gray, width, height }));
  }

  /** A picture at the size that the network takes, whole and in the middle. @param {HTMLCanvasElement} picture */
  resized(picture) {
    const { height, width, channels } = this.size;
    const canvas = make("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    const out = new Uint8Array(height * width * channels);
    if (!context) return out;
    context.imageSmoothingQuality = "high";
    const scale = Math.min(width / picture.width, height / picture.height);
    const [across, down] = [picture.width * scale, picture.height * scale];
    context.drawImage(picture, (width - across) / 2, (height - down) / 2, across, down);
    const { data } = context.getImageData(0, 0, width, height);
    for (let i = 0; i < height * width; i++) {
      if (channels === 1) out[i] = luminance(data, 4 * i);
      else out.set(data.subarray(4 * i, 4 * i + 3), 3 * i);
    }
    return out;
  }
}

/** Numbers around zero, nearly all within one. @param {number} length */
function noisePattern(length) {
  const random = randomNumbers(7);
  return Float32Array.from({ length }, () => {
    return (255 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())) / 2;
  });
}

/** @param {Uint8ClampedArray} pixels @param {number} at */
function luminance(pixels, at) {
  return 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2]; // as Pillow's "L"
}
