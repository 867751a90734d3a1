// The states of an embedded widget: `boot.js` imports and starts this instead of the page's WebAssembly. The widget is that of
// the npm package, in the document and not in a shadow root, because the checks look into the document.
import { mount } from "./npm/index.js";

const parameters = new URLSearchParams(location.search);
const { element } = window.galleryStates[parameters.get("state")];
const main = document.getElementById("batch-task");

// The package has no pseudo-language; its texts are overrides of the English ones.
async function messages() {
  const [{ default: texts }, { names }] = await Promise.all([import("./lang/en-XA.js"), import("./npm/lang/en.js")]);
  const all = texts.split("\n");
  return Object.fromEntries(names.split("\n").map((name, index) => [name, all[index]]).filter(([name]) => name));
}

export default async function embed() {
  const heading = Object.assign(document.createElement("h1"), { className: "page-hidden", textContent: "Host" });
  main.replaceChildren(heading);
  const lang = parameters.get("lang") ?? "en";
  const isPseudo = lang === "en-XA";
  // Loaded before the widget needs it, so that no state is shown in another language.
  if (!isPseudo) await import(`./npm/lang/${lang}.js`);
  main.addEventListener("batch-task-action", ({ detail }) => {
    const outcome = element.outcomes?.[detail.id];
    if (outcome) detail.waitUntil(outcome());
  });
  WebAssembly.instantiate = window.gallery.instantiate;
  Element.prototype.attachShadow = function () {
    return this;
  };
  await mount(main, {
    endpoint: "api/DescribeBatchTask",
    batchId: parameters.get("batch-id"),
    timeZone: parameters.get("time-zone"),
    filter: parameters.get("filter"),
    lang: isPseudo ? "en" : lang,
    messages: isPseudo ? await messages() : null,
    actions: element.actions,
  });
  document.documentElement.lang = lang;
}
