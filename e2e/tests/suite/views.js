// Replaces saving a file: `window.savedName` and `window.savedLines` have its name and its number of lines.
const captureFile = () => {
  const createObjectURL = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    blob.text().then((content) => { window.savedLines = content.split("\r\n").length - 1; });
    return createObjectURL(blob);
  };
  HTMLAnchorElement.prototype.click = function () { window.savedName = this.download; };
};

// Grants notifications and records them in `window.notified`: a driver cannot answer the browser's question.
const captureNotifications = () => {
  window.notified = [];
  window.Notification = class {
    static permission = "default";
    static requestPermission = async () => (window.Notification.permission = "granted");
    constructor(title, { body, tag }) { notified.push([title, body, tag]); }
  };
};

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
