// The first button whose text is `arguments[0]`, or null. Icons and line breaks are ignored.
const textOf = (button) => button.innerText.replace(/\s+/g, " ").trim();
return [...document.querySelectorAll("button")].find((button) => textOf(button) === arguments[0]) ?? null;
