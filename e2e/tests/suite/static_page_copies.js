// Counts how often the page copies the response with its program's first file. Must run before the page's scripts.
window.copies = 0;
const { clone } = Response.prototype;
Response.prototype.clone = function () {
  if (this.url.endsWith("_bg.wasm")) window.copies += 1;
  return clone.call(this);
};
