// Functions for the scripts of `translated.rs`.

// Translates the widget as browsers do: wraps each text node in `<font>` elements, now and after each change, except where
// `translate="no"` applies. The text node leaves the document.
const translate = () => {
  const isTranslated = (node) => node.parentElement?.closest("font");
  const mayBe = (node) => node.parentElement?.closest("[translate]")?.getAttribute("translate") !== "no";
  const wrap = (node) => {
    if (!node.data.trim() || isTranslated(node) || !mayBe(node)) return;
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    inner.append(`«${node.data}»`);
    outer.append(inner);
    node.replaceWith(outer);
  };
  const walk = (top) => {
    const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    nodes.forEach(wrap);
  };
  const top = widget()?.shadowRoot ?? document.body;
  walk(top);
  new MutationObserver(() => walk(top)).observe(top, { subtree: true, childList: true, characterData: true });
};
