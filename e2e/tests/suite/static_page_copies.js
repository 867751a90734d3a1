// Counts how often the page copies a response. Must run before the page's scripts.
window.copies = 0;
const { clone } = Response.prototype;
Response.prototype.clone = function () { window.copies += 1; return clone.call(this); };
