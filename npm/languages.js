// Loads language files on demand, and finds the `lang` and `time-zone` attributes that apply to an element.

/** The widget's files: loaders by file name. The paths are literals so that bundlers find the files. */
export const FILES = {
  en: () => import("./lang/en.js"),
  "zh-CN": () => import("./lang/zh-CN.js"),
  "zh-TW": () => import("./lang/zh-TW.js"),
  ja: () => import("./lang/ja.js"),
  id: () => import("./lang/id.js"),
  "pt-BR": () => import("./lang/pt-BR.js"),
};

/**
 * Returns a function that loads a language file. If it cannot be loaded, the promise rejects and elements keep their current
 * language.
 *
 * @param {typeof FILES} files
 * @returns {(name: string, messages?: Record<string, string>) => Promise<{edition: number, default: string, wrong?: string}>} `name`
 *   is the tag of the language, for the list `list/` and the tag; `messages` are the host's overrides, by message name. The result
 *   has the messages, one per line; `wrong` describes invalid overrides
 */
export const languageLoader = (files) => async (name, messages) => {
  const namesIn = async (name) => (await files[name]()).names.split("\n");
  try {
    const file = await files[name]();
    if (!messages) return file;
    const [names, shared] = await Promise.all([name.replace(/[^/]*$/, "en"), "en"].map(namesIn));
    return withOverrides(file, messages, names, shared);
  } catch (error) {
    console.warn(`batch-task-widget: could not load the language ${name}:`, error);
    throw error;
  }
};

/** Replaces the messages with these names. The list also shows messages of the widget, whose names are `shared`. */
function withOverrides({ edition, default: file }, messages, names, shared) {
  const texts = file.split("\n");
  const isInvalid = ([name, text]) => typeof text !== "string" || !name || ![...names, ...shared].includes(name);
  const invalid = Object.entries(messages).filter(isInvalid).map(([name]) => name);
  for (const [index, name] of names.entries()) {
    if (Object.hasOwn(messages, name) && !invalid.includes(name)) texts[index] = messages[name].replaceAll("\n", " ");
  }
  const sentence = `messages: not valid: ${invalid.join(", ")}; use strings, by the names in lang/en.js.`;
  return { edition, default: texts.join("\n"), wrong: invalid.length ? sentence : "" };
}

/** The attribute's value on the element or its nearest ancestor that has it, across shadow roots; null if there is none. */
export function nearest(element, attribute) {
  for (let current = element; current; current = current.getRootNode().host) {
    const holder = current.closest(`[${attribute}]`);
    if (holder) return holder.getAttribute(attribute);
  }
  return null;
}

/** Callbacks that run when a `lang` or `time-zone` attribute in the document changes. */
const listeners = new Set();
let observer;

/** Calls `listener` whenever a `lang` or `time-zone` attribute in the document changes. Returns a function that unsubscribes. */
export function onLanguageChange(listener) {
  observer ??= new MutationObserver(() => listeners.forEach((listener) => listener()));
  if (listeners.size === 0) observer.observe(document, { subtree: true, attributeFilter: ["lang", "time-zone"] });
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) observer.disconnect();
  };
}
