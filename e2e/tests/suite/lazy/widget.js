// Functions for the scripts of `lazy`.
const rowIds = (element = widget()) =>
  [...element.shadowRoot.querySelectorAll(".btw-row .btw-col-id")].map((cell) => cell.innerText.trim()).join("");
const laneCount = (element = widget()) => element.shadowRoot.querySelectorAll("[role=option]").length;
const activeLane = () =>
  widget().shadowRoot.getElementById(find("[role=listbox]").getAttribute("aria-activedescendant"))?.ariaLabel ?? "";
// The message above the table that a part could not be loaded.
const missing = () => text(".btw-toolbar + .btw-coming");
