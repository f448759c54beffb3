/**
 * A surface to draw on, with mouse, pen, finger or keyboard.
 *
 * @import { Plane } from "./digit.js"
 *
 * @typedef {{erases: boolean, points: [number, number][]}} Stroke
 */

import { make } from "./elements.js";

const SIZE = 280; // units of the surface, whatever its size on the page
const PEN = 20;
const RUBBER = 36;
const STEP = 7; // of an arrow key
const SAMPLED = 2; // units to a pixel of the plane

export class Sketch {
  /** @param {HTMLCanvasElement} canvas @param {() => void} changed */
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.changed = changed;
    canvas.width = canvas.height = SIZE;
    this.ink = make("canvas"); // what is drawn, without a cursor
    this.ink.width = this.ink.height = SIZE;
    /** @type {Stroke[]} */
    this.strokes = [];
    this.erases = false;
    /** @type {Stroke | null} */
    this.running = null;
    this.pointer = -1; // whose stroke that is; another finger draws nothing meanwhile
    /** @type {[number, number]} */
    this.cursor = [SIZE / 2, SIZE / 2];
    this.penIsDown = false;
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const kind of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(kind, (event) => {
        if (/** @type {PointerEvent} */ (event).pointerId === this.pointer) this.running = null;
      });
    }
    canvas.addEventListener("keydown", (event) => this.#key(event));
    for (const kind of ["focus", "blur"]) canvas.addEventListener(kind, () => this.paint());
    this.#inkAll();
  }

  get isEmpty() {
    return this.strokes.length === 0;
  }

  undo() {
    this.strokes.pop();
    this.running = null;
    this.penIsDown = false;
    this.#inkAll();
    this.changed();
  }

  clear() {
    this.strokes = [];
    this.running = null;
    this.penIsDown = false;
    this.#inkAll();
  }

  /** What is drawn, as ink in 0..1. @returns {Plane} */
  plane() {
    const side = SIZE / SAMPLED;
    const data = new Float32Array(side * side);
    const pixels =
      this.#context()?.getImageData(0, 0, SIZE, SIZE).data ??
      new Uint8ClampedArray(4 * SIZE * SIZE);
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const at = Math.floor(y / SAMPLED) * side + Math.floor(x / SAMPLED);
        data[at] += pixels[4 * (y * SIZE + x)] / (255 * SAMPLED ** 2);
      }
    }
    return { data, width: side, height: side };
  }

  #context() {
    return this.ink.getContext("2d", { willReadFrequently: true });
  }

  /** Ink all strokes anew. */
  #inkAll() {
    const context = this.#context();
    if (!context) return;
    context.fillStyle = "#000";
    context.fillRect(0, 0, SIZE, SIZE);
    for (const stroke of this.strokes) this.#inkFrom(stroke, 0);
    this.paint();
  }

  /** Ink what came to a stroke: a long drawing costs no more than a short one.
   * @param {Stroke} stroke @param {number} first The first new point. */
  #inkFrom({ erases, points }, first) {
    const context = this.#context();
    if (!context) return;
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = erases ? "#000" : "#fff";
    context.lineWidth = erases ? RUBBER : PEN;
    context.beginPath();
    context.moveTo(...points[Math.max(first - 1, 0)]);
    for (const point of points.slice(first)) context.lineTo(...point);
    context.stroke();
  }

  /** Show the ink, and where the keyboard's pen is. */
  paint() {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    context.drawImage(this.ink, 0, 0);
    if (document.activeElement === this.canvas && this.canvas.matches(":focus-visible")) {
      const [x, y] = this.cursor;
      context.lineWidth = 2;
      context.strokeStyle = this.penIsDown ? "#e69f00" : "#56b4e9";
      context.strokeRect(x - PEN / 2, y - PEN / 2, PEN, PEN);
    }
  }

  /** Add points to a stroke. @param {Stroke} stroke @param {[number, number][]} points */
  #add(stroke, points) {
    stroke.points.push(...points);
    this.#inkFrom(stroke, stroke.points.length - points.length);
  }

  #show() {
    this.paint();
    this.changed();
  }

  /** @param {boolean} erases @param {[number, number]} place @returns {Stroke} */
  #beginStroke(erases, place) {
    const stroke = { erases, points: [] };
    this.strokes.push(stroke);
    this.#add(stroke, [place]);
    return stroke;
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  #place(event) {
    const bounds = this.canvas.getBoundingClientRect();
    const scale = SIZE / bounds.width;
    return [(event.clientX - bounds.left) * scale, (event.clientY - bounds.top) * scale];
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (event.button !== 0 || this.running) return;
    this.pointer = event.pointerId;
    this.penIsDown = false;
    this.canvas.setPointerCapture(event.pointerId);
    const isRubber = this.erases || (event.buttons & 32) !== 0; // the other end of a pen
    this.running = this.#beginStroke(isRubber, this.#place(event));
    this.#show();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.running || event.pointerId !== this.pointer) return;
    const all = event.getCoalescedEvents?.() ?? [];
    const points = (all.length ? all : [event]).map((one) => this.#place(one));
    this.#add(this.running, points);
    this.#show();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const moves = /** @type {Record<string, [number, number]>} */ ({
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
    });
    const move = moves[event.key];
    if (move) {
      const inside = (/** @type {number} */ at) => Math.min(Math.max(at, 0), SIZE);
      this.cursor = [inside(this.cursor[0] + move[0]), inside(this.cursor[1] + move[1])];
      if (this.penIsDown) this.#add(this.strokes[this.strokes.length - 1], [this.cursor]);
    } else if (event.key === " ") {
      this.penIsDown = !this.penIsDown;
      if (this.penIsDown) this.#beginStroke(this.erases, this.cursor);
    } else if (event.key === "z" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return this.undo();
    } else return;
    event.preventDefault();
    this.#show();
  }
}
