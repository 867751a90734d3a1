// Records each text of the live region with its time, and counts the live regions that there have been.
const spoken = [];
const regions = new Set();
let last = "";
const look = () => {
  for (const region of document.querySelectorAll("[role=status], [aria-live]")) regions.add(region);
  const current = document.querySelector("[role=status]")?.textContent ?? "";
  if (current !== last) spoken.push([performance.now(), current]);
  last = current;
};
look();
new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
window.announced = () => [spoken, regions.size];
