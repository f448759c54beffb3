/** Making and finding elements. What a model or a user wrote becomes text, never markup. */

/** @param {string} id @returns {HTMLElement} */
export function find(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element ${id}.`);
  return found;
}

/** @param {string} id @returns {HTMLCanvasElement} */
export function findCanvas(id) {
  return /** @type {HTMLCanvasElement} */ (find(id));
}

/** @param {string} id @returns {HTMLInputElement} */
export function findInput(id) {
  return /** @type {HTMLInputElement} */ (find(id));
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} content
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

/** @param {string} text @param {() => void} pressed @param {Record<string, string>} [attributes] */
export function button(text, pressed, attributes = {}) {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", pressed);
  return made;
}
