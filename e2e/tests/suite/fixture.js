// Functions for the scripts of the tests. They look into the widget of a host page, or else into the standalone page.
const widget = () => document.querySelector("batch-task-widget") ?? document.querySelector("#target > *");
const root = () => widget()?.shadowRoot ?? document;
const find = (selector) => root().querySelector(selector);
const all = (selector) => [...root().querySelectorAll(selector)];
const text = (selector) => find(selector)?.innerText.trim() ?? null;
const texts = (selector) => all(selector).map((element) => element.innerText.trim());
const button = (name) => all("button, summary").find((element) => element.innerText.trim() === name);
const log = (window.log ??= []);
const shownText = () => String(root().textContent).slice(0, 300).toWellFormed();
const typeQuery = (query) => {
  const field = find("[type=search]");
  field.value = query;
  field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
};
