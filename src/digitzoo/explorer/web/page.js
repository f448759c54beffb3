/**
 * The page: what is drawn goes in, the network runs, and everything on it can be asked.
 *
 * @import { Box } from "./asking.js"
 * @import { PackedNetwork } from "./network.js"
 * @import { Choice } from "./why.js"
 * @import { Language } from "./words.js"
 *
 * @typedef {{title: string, formula: string | null, numbers: string | null, remark: string}} Step
 * @typedef {{title: string, steps: Step[]}} Section
 *
 * @typedef {object} PageData
 * @property {string} version
 * @property {string} title
 * @property {Language} language
 * @property {string[]} classes
 * @property {boolean} centred Whether drawings are made like MNIST's digits.
 * @property {number} parameters
 * @property {PackedNetwork} network
 * @property {Record<Language, Section[]>} sections The formulas of each node.
 * @property {{pixels: string, labels: (number | null)[]}} samples
 */

import { placeOf, seen } from "./asking.js";
import { PIXELS, scaleFor } from "./colours.js";
import { findInk, prepareDigit } from "./digit.js";
import { button, find, findCanvas, findInput, make } from "./elements.js";
import { MapView } from "./maps.js";
import { Network, randomNumbers, unpack } from "./network.js";
import { product } from "./operations.js";
import { Sketch } from "./sketch.js";
import { WhyPanel } from "./why.js";
import { say, speak, spoken } from "./words.js";

const SLICE = 12; // milliseconds of work between two looks at the hand that draws
const MOST_OPEN = 14; // layers that are shown without being folded
const RUBBER = 1; // pixels to each side
const LARGEST_PICTURE = 280;
const NOISE = 1.28; // of white, at a noise of 100 %

class Page {
  /** @param {PageData} data */
  constructor(data) {
    this.data = data;
    this.networks = { trained: new Network(data.network), untrained: new Network(data.network) };
    this.networks.untrained.choose(false);
    /** @type {"trained" | "untrained"} */
    this.which = "trained";
    const [height, width, channels] = data.network.input;
    this.size = { height, width, channels };
    /** @type {Uint8Array} */
    this.base = new Uint8Array(height * width * channels); // before it is broken
    this.erased = new Uint8Array(height * width);
    this.shift = [0, 0];
    this.noise = 0;
    this.pattern = this.#noisePattern();
    this.hasImage = false;
    this.isDrawn = false; // by hand
    this.isWanted = false;
    /** @type {Promise<void> | null} */
    this.running = null;
    /** @type {number | null} The layer whose formulas are shown. */
    this.layer = null;
    this.sketch = new Sketch(findCanvas("sketch"), () => this.#takeSketch());
    this.seenView = new MapView(findCanvas("seen"), [height, width, 1], { tile: LARGEST_PICTURE });
    this.why = new WhyPanel(
      find("why-body"),
      () => this.network,
      (choice) => this.choose(choice),
      (node, channel) => this.toggle(node, channel),
    );
    /** @type {({view: MapView, card: HTMLDetailsElement, canvas: HTMLCanvasElement} | null)[]} */
    this.cards = [];
    this.#makeCards();
    this.#makeSamples();
    this.#listen();
    const asked = new URLSearchParams(location.hash.slice(1));
    if (asked.get("scheme")) document.documentElement.dataset.scheme = asked.get("scheme") ?? "";
    this.speak(
      asked.get("language") === "ko" ? "ko" : asked.get("language") === "en" ? "en" : data.language,
    );
    if (data.samples.labels.length) this.takeSample(0);
    else this.refresh();
  }

  /** The network whose layers are shown. */
  get network() {
    return this.networks[this.which];
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
          image[at] = before + this.noise * this.pattern[at];
        }
      }
    }
    return image;
  }

  /** Work the network out and draw it, giving way to the hand that draws. A run that has begun is
   * brought to its end: half of one would leave layers of two images. The newest image is next. */
  refresh() {
    this.isWanted = true;
    this.running ??= this.#work();
    return this.running;
  }

  async #work() {
    try {
      while (this.isWanted) {
        this.isWanted = false;
        await this.#run();
      }
    } finally {
      this.running = null;
    }
  }

  async #run() {
    const { image } = this;
    this.#drawSeen(image);
    const beside = findInput("beside").checked;
    let since = performance.now();
    for (const network of beside ? Object.values(this.networks) : [this.networks.trained]) {
      for (const number of network.steps(image)) {
        if (network === this.network) this.#drawCard(number);
        if (performance.now() - since < SLICE) continue;
        await new Promise((resolve) => setTimeout(resolve));
        since = performance.now();
      }
    }
    this.#drawAnswer(beside);
    this.why.render();
  }

  /** @param {Uint8Array} base @param {number} [number] Of the sample that it is. */
  #takeImage(base, number = -1) {
    this.sketch.clear();
    this.#press(number);
    this.base = base;
    this.#mend();
    this.isDrawn = false;
    this.hasImage = number >= 0 || !this.data.centred || base.some((pixel) => pixel > 0);
    return this.refresh();
  }

  #takeSketch() {
    this.#press(-1);
    if (!this.isDrawn) this.#mend(); // what was erased was another image's
    this.hasImage = this.isDrawn = !this.sketch.isEmpty;
    if (this.data.centred) this.base = prepareDigit(this.sketch.plane());
    else this.base = this.#resized(this.sketch.ink);
    this.refresh();
  }

  /** Take back what was erased and shifted. */
  #mend() {
    this.erased.fill(0);
    this.shift = [0, 0];
  }

  /** @param {number} number Of the sample that is looked at. */
  #press(number) {
    for (const [place, sample] of [...find("samples").children].entries()) {
      sample.setAttribute("aria-pressed", String(place === number));
    }
  }

  /** @param {number} number */
  takeSample(number) {
    const count = this.base.length;
    const pixels = unpack(this.data.samples.pixels);
    return this.#takeImage(pixels.slice(number * count, (number + 1) * count), number);
  }

  /** @param {File} file */
  async takeFile(file) {
    let picture;
    try {
      picture = await createImageBitmap(file);
    } catch {
      find("answer").textContent = say("no image", { name: file.name });
      return;
    }
    const scale = Math.min(1, LARGEST_PICTURE / Math.max(picture.width, picture.height));
    const canvas = make("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const context = canvas.getContext("2d");
    if (!context) return;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    if (!this.data.centred) return this.#takeImage(this.#resized(canvas));
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const gray = Float32Array.from(
      { length: canvas.width * canvas.height },
      (_, i) => luminance(data, 4 * i) / 255,
    );
    return this.#takeImage(
      prepareDigit(findInk({ data: gray, width: canvas.width, height: canvas.height })),
    );
  }

  /** A picture at the size that the network takes, whole and in the middle. @param {HTMLCanvasElement} picture */
  #resized(picture) {
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

  /** @param {number} node @param {number} channel */
  toggle(node, channel) {
    this.network.toggle(node, channel);
    this.#sayOff();
    return this.refresh();
  }

  /** Show where a number comes from. @param {Choice} choice */
  choose(choice) {
    this.why.show(choice);
    this.#frame();
    this.showLayer(choice.node);
  }

  /** Outline what the chosen number sees of every layer before it. */
  #frame() {
    const { choice } = this.why;
    const { nodes, values } = this.network;
    for (const card of this.cards) if (card) card.view.frames = [];
    this.seenView.frames = [];
    if (choice) {
      const node = nodes[choice.node];
      const { row, column, channel } = placeOf(node.shape, choice.index);
      const own = /** @type {Box} */ ([row, column, row, column]);
      for (const [value, box] of seen(this.network, node.output, own)) {
        const maker = nodes.findIndex((one) => one.output === value);
        const view = value === 0 ? this.seenView : this.cards[maker]?.view;
        const isVector = values[value].shape.length !== 3;
        if (!view || (isVector && value !== node.output)) continue;
        const isOwn = value === node.output;
        const [height, width] = values[value].shape;
        const isWhole = box[2] - box[0] + 1 === height && box[3] - box[1] + 1 === width;
        if (isWhole && !isOwn) continue; // it sees everything: lines would say nothing
        view.frames.push({
          box: isVector ? [0, 0, 0, 0] : box,
          channel: isOwn ? channel : value === 0 ? 0 : null,
          strong: isOwn || value === 0,
        });
      }
    }
    this.#drawAll();
  }

  #drawAll() {
    this.#drawSeen(this.image);
    for (const number of this.cards.keys()) this.#drawCard(number);
  }

  /** @param {ArrayLike<number>} image */
  #drawSeen(image) {
    const isColour = this.size.channels === 3;
    const view = this.seenView;
    view.channels = isColour ? 3 : 1;
    view.shown = 1;
    view.draw(image, PIXELS, isColour);
  }

  /** @param {number} number */
  #drawCard(number) {
    const card = this.cards[number];
    if (!card?.card.open) return;
    const values = this.network.values[this.network.nodes[number].output].data;
    card.view.off = this.network.off[number];
    card.view.draw(values, scaleFor(values));
  }

  /** @param {boolean} beside */
  #drawAnswer(beside) {
    const { classes } = this.data;
    const shown = beside ? ["trained", "untrained"] : ["trained"];
    const table = make("table", { class: "bars" });
    if (beside) {
      const heads = ["", ...shown.map((name) => say(name))].map((text) =>
        make("th", { scope: "col" }, text),
      );
      table.append(make("tr", {}, ...heads));
    }
    const results = shown.map(
      (name) => this.networks[/** @type {"trained"} */ (name)].probabilities,
    );
    const best = results[0].indexOf(Math.max(...results[0]));
    for (const [place, name] of classes.entries()) {
      const cells = results.map((result) => {
        const percent = (100 * result[place]).toFixed(1);
        const bar = make("span", { class: "bar" });
        bar.style.inlineSize = `${Math.max(0, Math.min(100, 100 * result[place]))}%`;
        return make(
          "td",
          {},
          make("span", { class: "track" }, bar),
          make("span", { class: "percent" }, `${percent} %`),
        );
      });
      const head = make("th", { scope: "row" }, make("span", { class: "class" }, name));
      const line = make("tr", {}, head, ...cells);
      if (place === best && this.hasImage) line.classList.add("best");
      table.append(line);
    }
    find("bars").replaceChildren(table);
    const percent = (100 * results[0][best]).toFixed(1);
    const text = this.hasImage
      ? say("answer says", { name: classes[best], percent })
      : say("nothing yet");
    if (find("answer").textContent !== text) find("answer").textContent = text;
  }

  /** @param {number} number */
  showLayer(number) {
    this.layer = number;
    for (const [place, card] of this.cards.entries())
      card?.card.classList.toggle("chosen", place === number);
    this.#drawFormulas();
  }

  #drawFormulas() {
    const body = find("formulas-body");
    if (this.layer === null) {
      body.replaceChildren(make("p", { class: "help" }, say("formulas help")));
      return;
    }
    const { title, steps } = this.data.sections[spoken()][this.layer];
    const items = steps.map(({ title: name, formula, numbers, remark }) => {
      const lines = [formula, numbers]
        .filter((line) => line)
        .map((line) => make("code", {}, String(line)));
      return make("li", {}, make("span", {}, name), ...lines, make("small", {}, remark));
    });
    body.replaceChildren(
      make("p", {}, make("strong", {}, title)),
      make("ul", { class: "formulas" }, ...items),
    );
  }

  #makeCards() {
    const { nodes } = this.network;
    const drawn = nodes.filter((node) => node.operation !== "copy").length;
    for (const [number, node] of nodes.entries()) {
      const name = button(node.name, () => this.showLayer(number), { class: "name" });
      const head = make(
        "summary",
        {},
        name,
        make("small", {}, `${node.kind} ${node.shape.join(" × ")}`),
      );
      const card = make("details", { class: "layer" }, head);
      this.cards.push(null);
      find("layers").append(card);
      if (node.operation === "copy") {
        card.classList.add("slim");
        continue;
      }
      const canvas = make("canvas", { tabindex: "0", role: "application" });
      card.append(canvas);
      const view = new MapView(canvas, node.shape);
      card.open = drawn <= MOST_OPEN || number < 4 || number >= nodes.length - 3;
      this.cards[number] = { view, card, canvas };
      card.addEventListener("toggle", () => this.#drawCard(number));
      canvas.addEventListener("click", (event) => {
        const index = view.locate(event.clientX, event.clientY);
        if (index === null) return;
        this.choose({ node: number, index });
        find("why").scrollIntoView({ block: "nearest" });
      });
      canvas.addEventListener("keydown", (event) => {
        const { choice } = this.why;
        const index = view.step(choice?.node === number ? choice.index : 0, event.key);
        if (index === null) return;
        event.preventDefault();
        this.choose({ node: number, index });
      });
      if (view.shown < view.channels) {
        const all = button(
          "",
          () => {
            view.showAll();
            all.remove();
            canvas.focus();
            this.#drawCard(number);
          },
          { class: "all", "data-count": String(view.channels) },
        );
        card.append(all);
      }
    }
  }

  #makeSamples() {
    const { pixels, labels } = this.data.samples;
    const count = this.base.length;
    const all = unpack(pixels);
    const isColour = this.size.channels === 3;
    for (const [number, label] of labels.entries()) {
      const canvas = make("canvas");
      const view = new MapView(canvas, [this.size.height, this.size.width, this.size.channels], {
        tile: 40,
      });
      view.shown = 1;
      view.columns = 1;
      view.resize();
      const own = all.subarray(number * count, (number + 1) * count);
      view.draw(own, PIXELS, isColour);
      const sample = button("", () => this.takeSample(number), {
        class: "sample",
        "aria-pressed": "false",
      });
      this.networks.trained.run(own);
      const result = this.networks.trained.probabilities;
      const taken = result.indexOf(Math.max(...result));
      const isWrong = label !== null && taken !== label;
      sample.classList.toggle("wrong", isWrong);
      Object.assign(sample.dataset, { own: String(label ?? ""), taken: String(taken) });
      sample.append(canvas);
      find("samples").append(sample);
    }
    find("samples-section").hidden = labels.length === 0;
  }

  #listen() {
    /** @param {string} id @param {() => void} pressed */
    const press = (id, pressed) => find(id).addEventListener("click", pressed);
    press("eraser", () => {
      this.sketch.erases = !this.sketch.erases;
      find("eraser").setAttribute("aria-pressed", String(this.sketch.erases));
    });
    press("undo", () => this.sketch.undo());
    press("clear", () => {
      this.sketch.clear();
      this.#takeSketch();
    });
    press("open", () => findInput("file").click());
    findInput("file").addEventListener("change", () => {
      const [file] = findInput("file").files ?? [];
      if (file) this.takeFile(file);
      findInput("file").value = ""; // so that the same file can be opened again
    });
    for (const kind of ["dragover", "drop"]) {
      document.addEventListener(kind, (event) => event.preventDefault());
    }
    document.addEventListener("drop", (event) => {
      const [file] = event.dataTransfer?.files ?? [];
      if (file) this.takeFile(file);
    });
    for (const arrow of document.querySelectorAll("[data-shift]")) {
      const [down, right] = (arrow.getAttribute("data-shift") ?? "").split(",").map(Number);
      arrow.addEventListener("click", () => {
        this.shift = [this.shift[0] + down, this.shift[1] + right];
        this.refresh();
      });
    }
    findInput("noise").addEventListener("input", () => {
      this.noise = (Number(findInput("noise").value) / 100) * NOISE;
      this.refresh();
    });
    press("restore", () => {
      this.#mend();
      this.noise = 0;
      findInput("noise").value = "0";
      this.refresh();
    });
    press("all-on", () => {
      for (const network of Object.values(this.networks)) network.restore();
      find("layers").querySelector("summary")?.focus({ preventScroll: true }); // the button goes
      this.#sayOff();
      this.refresh();
    });
    findInput("beside").addEventListener("change", () => {
      find("maps-of").hidden = !findInput("beside").checked;
      if (!findInput("beside").checked) this.#showNetwork("trained");
      else this.refresh();
    });
    findInput("which").addEventListener("change", () => {
      this.#showNetwork(findInput("which").value === "untrained" ? "untrained" : "trained");
    });
    press("language", () => this.speak(spoken() === "en" ? "ko" : "en"));
    press("scheme", () => {
      const root = document.documentElement;
      const isDark = getComputedStyle(root).getPropertyValue("--is-dark").trim() === "1";
      root.dataset.scheme = isDark ? "light" : "dark";
    });
    this.#listenToRubber();
  }

  #listenToRubber() {
    const { canvas } = this.seenView;
    let rubs = false;
    /** @param {PointerEvent} event */
    const rub = (event) => {
      if (!rubs) return;
      const at = this.seenView.locate(event.clientX, event.clientY);
      if (at === null) return;
      const { width, height } = this.size;
      const pixel = Math.floor(at / this.seenView.channels);
      const [y, x] = [Math.floor(pixel / width) - this.shift[0], (pixel % width) - this.shift[1]];
      for (let row = Math.max(y - RUBBER, 0); row <= Math.min(y + RUBBER, height - 1); row++) {
        for (
          let column = Math.max(x - RUBBER, 0);
          column <= Math.min(x + RUBBER, width - 1);
          column++
        ) {
          this.erased[row * width + column] = 1;
        }
      }
      this.refresh();
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

  /** @param {"trained" | "untrained"} which */
  #showNetwork(which) {
    this.which = which;
    findInput("which").value = which;
    this.#drawAll();
    this.#sayOff();
    this.refresh();
  }

  #sayOff() {
    const { off, nodes } = this.network;
    const names = nodes.flatMap((node, number) =>
      [...off[number]].map((channel) => `${node.name} ${channel}`),
    );
    find("off").textContent = names.length
      ? say("switched off", { channels: names.join(", ") })
      : "";
    find("all-on").hidden = names.length === 0;
  }

  #noisePattern() {
    const random = randomNumbers(7);
    const size = product(this.data.network.input);
    return Float32Array.from({ length: size }, () => {
      return (255 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())) / 2;
    });
  }

  /** Say everything in a language. @param {Language} language */
  speak(language) {
    speak(language);
    document.documentElement.lang = language;
    for (const element of document.querySelectorAll("[data-say]")) {
      element.textContent = say(element.getAttribute("data-say") ?? "");
    }
    for (const element of document.querySelectorAll("[data-label]")) {
      const text = say(element.getAttribute("data-label") ?? "");
      element.setAttribute("aria-label", text);
      element.setAttribute("title", text);
    }
    const { title, classes, version, parameters } = this.data;
    find("title").textContent = title;
    find("about").textContent = say("parameters", { count: parameters.toLocaleString(language) });
    find("language").textContent = say("language");
    find("sees-help").textContent = say("sees help", this.size);
    find("made-by").textContent = say("made by", { version });
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
    for (const [number, card] of this.cards.entries()) {
      const { name, shape } = this.network.nodes[number];
      card?.canvas.setAttribute("aria-label", say("map label", { name, shape: shape.join(" × ") }));
    }
    for (const all of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".all"))) {
      all.textContent = say("show all", { count: all.dataset.count ?? "" });
    }
    this.#sayOff();
    this.#drawFormulas();
    this.#drawAnswer(findInput("beside").checked);
    this.why.render();
  }
}

/** @param {Uint8ClampedArray} pixels @param {number} at */
function luminance(pixels, at) {
  return 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2]; // as Pillow's "L"
}

const page = new Page(JSON.parse(find("data").textContent ?? ""));
Object.assign(globalThis, { digitzoo: page }); // for the console, and for tests
