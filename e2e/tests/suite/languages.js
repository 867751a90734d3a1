// Selects a language in the page's menu.
const selectLanguage = (tag) => {
  const select = find(".page-language");
  select.value = tag;
  select.dispatchEvent(new Event("input", { bubbles: true }));
};

// Moves the widget into an element with another language and time zone.
const moveWidget = () => {
  const parent = document.createElement("div");
  parent.lang = "pt-BR";
  parent.setAttribute("time-zone", "America/New_York");
  document.body.append(parent);
  parent.append(widget());
};
