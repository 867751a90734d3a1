// Runs before the scripts of the page: records what the widget draws, and the times and signals of its requests to the API.
window.drawn = new Set();
window.sentAt = [];
window.signals = [];

const observe = (root) => {
  const look = () => {
    for (const name of [".btw-skeleton", ".btw-row"]) {
      // The page's HTML contains a skeleton in a frame.
      if (root.querySelector(`${name}:not(.page-frame *)`)) window.drawn.add(name);
    }
  };
  new MutationObserver(look).observe(root, { childList: true, subtree: true });
};
observe(document);
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (...init) {
  const root = attachShadow.apply(this, init);
  observe(root);
  return root;
};

/** Resolves when the page may have the responses of the API. */
let mayContinue = Promise.resolve();

/** Holds the responses of the API until a program is instantiated. */
window.holdUntilInstantiated = () => {
  const { instantiate } = WebAssembly;
  mayContinue = new Promise((done) => {
    WebAssembly.instantiate = async (...program) => {
      const result = await instantiate(...program);
      setTimeout(done);
      return result;
    };
  });
};

const original = window.fetch;
window.fetch = async (url, options) => {
  if (String(url.url ?? url).includes("/api/")) {
    window.sentAt.push(performance.now());
    window.signals.push(options?.signal ?? url.signal);
    const response = await original(url, options);
    await mayContinue;
    return response;
  }
  return original(url, options);
};
