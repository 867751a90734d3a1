// Functions for the scripts of `views.rs`.
const timelineFits = () => {
  const timeline = find(".btw-timeline");
  return document.documentElement.scrollWidth <= innerWidth && timeline.scrollWidth <= timeline.clientWidth;
};

const barsAreVisible = () =>
  all(".btw-lane-failed .btw-lane-bar").every((bar) => bar.getBoundingClientRect().width >= 3);

// Whether the icon of the tab is a valid image.
const iconIsImage = async () => {
  const image = new Image();
  image.src = find("link[rel~=icon]").href;
  await image.decode();
  return image.width > 0;
};
