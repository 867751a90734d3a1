// Records the badge and the percentage at each change of the page.
const records = [];
const record = () => records.push([text("[part~=badge]") ?? "", parseInt(text(".btw-percent"))]);
record();
new MutationObserver(record).observe(document.body, { subtree: true, childList: true, characterData: true });
window.records = records;
