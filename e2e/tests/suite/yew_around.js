// Functions for the scripts of `yew_around.rs`, used instead of those in `fixture.js`: the widget in a place of the app, and
// the events that the app has recorded.
const rootIn = (place) => document.querySelector(`#${place} > batch-task-widget`)?.shadowRoot;
const buttonIn = (place, text) => [...rootIn(place).querySelectorAll("button")].find((it) => it.innerText.trim().startsWith(text));
const heard = () => [...document.querySelectorAll("#heard > li")].map((line) => line.textContent);
const shownText = () => `events: ${heard()}`;
const typeQueryIn = (place, query) => {
  const field = rootIn(place).querySelector("[type=search]");
  field.value = query;
  field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
};
