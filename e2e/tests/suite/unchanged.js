// Records each mutation outside the freshness line and the RequestId in `window.mutations`.
const mutations = [];
new MutationObserver((records) => {
  for (const { type, target } of records) {
    const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
    if (!element?.closest("[part~=freshness], [part~=request-id]")) mutations.push(`${type} in ${element?.tagName} ${element?.className}`);
  }
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
window.mutations = mutations;
