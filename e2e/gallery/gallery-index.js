// The list of all states. `boot.js` imports and starts it instead of the page's WebAssembly.
const main = document.getElementById("batch-task");

const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

const link = (text, parameters) =>
  element("a", { href: `?${new URLSearchParams(parameters)}` }, text);

const name = (state) => {
  const words = state.replaceAll("-", " ");
  return words[0].toUpperCase() + words.slice(1);
};

export default async function list() {
  const given = Object.fromEntries([...new URLSearchParams(location.search)].filter(([key]) => key !== "state"));
  // `cargo xtask demo` does not build the npm package, which the states of an embedded widget need.
  const hasPackage = (await fetch("npm/index.js", { method: "HEAD" })).ok;
  const states = Object.entries(window.galleryStates).filter(([, { element }]) => hasPackage || !element);
  const items = states.map(([state]) =>
    element("li", {},
      element("span", { className: "gallery-name" }, link(name(state), { ...given, state })),
      ...["light", "dark"].map((theme) => link(theme, { ...given, state, theme })),
      ...[320, 360, 768, 1440].map((width) => link(`${width} px`, { ...given, state, width }))));
  main.replaceChildren(
    element("h1", {}, "Gallery"),
    element("p", {}, "Each state of the widget, with fixed responses and a held clock. ",
      "URL parameters: state, lang, theme (light, dark) and width (of the simulated window, in px)."),
    element("ul", { className: "gallery-list" }, ...items),
  );
  document.documentElement.dataset.gallery = "ready";
}
