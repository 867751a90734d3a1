// Errors that a page can make. The page makes them itself, because the content security policy does not apply to scripts of
// the driver.
window.mistakes = {
  style() { document.body.setAttribute("style", "color: red"); },
  image() { const image = new Image(); image.src = "http://127.0.0.1:9/x.png"; document.body.append(image); },
  markup() { try { document.body.innerHTML = "<p>"; } catch {} },
  error() { queueMicrotask(() => { throw new Error("deliberate"); }); },
  rejection() { Promise.reject(new Error("refused")); },
  console() { console.info("chatter"); },
};
