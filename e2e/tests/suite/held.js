// Delays the second WebAssembly file until `release()`.
const { fetch } = window;
const released = new Promise((release) => { window.release = release; });
window.fetch = async (url, options) => {
  if (String(url).includes("extras")) await released;
  return fetch(url, options);
};
await import("./npm/define.js");
