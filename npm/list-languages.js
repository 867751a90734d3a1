// The language files of the list, which also shows messages of the widget.

import { FILES } from "./languages.js";

export const LIST_FILES = {
  ...FILES,
  "list/en": () => import("./lang/list/en.js"),
  "list/zh-CN": () => import("./lang/list/zh-CN.js"),
  "list/zh-TW": () => import("./lang/list/zh-TW.js"),
  "list/ja": () => import("./lang/list/ja.js"),
  "list/id": () => import("./lang/list/id.js"),
  "list/pt-BR": () => import("./lang/list/pt-BR.js"),
};
