// The language files, each loaded when it is first asked for, and what the elements around a widget say of language and zone.

/** By tag. A bundler follows only addresses that are written out. */
const FILES = {
  en: () => import("./lang/en.js"),
  "zh-CN": () => import("./lang/zh-CN.js"),
  "zh-TW": () => import("./lang/zh-TW.js"),
  ja: () => import("./lang/ja.js"),
  id: () => import("./lang/id.js"),
  "pt-BR": () => import("./lang/pt-BR.js"),
};

/**
 * What a language says. If its file cannot be loaded, widgets go on in the language that they speak.
 *
 * @param {string} tag
 * @param {Record<string, string>} [messages] the host's own, by name
 * @returns {Promise<{edition: number, default: string, wrong?: string}>} the texts, one a line
 */
export async function language(tag, messages) {
  try {
    const file = await FILES[tag]();
    return messages ? overridden(file, messages, (await FILES.en()).names.split("\n")) : file;
  } catch (error) {
    console.warn(`batch-task-widget: the language ${tag} could not be loaded:`, error);
    throw error;
  }
}

function overridden({ edition, default: file }, messages, names) {
  const texts = file.split("\n");
  const isWrong = ([name, text]) => typeof text !== "string" || !name || !names.includes(name);
  const wrong = Object.entries(messages).filter(isWrong).map(([name]) => name);
  for (const [index, name] of names.entries()) {
    if (Object.hasOwn(messages, name) && !wrong.includes(name)) texts[index] = messages[name].replaceAll("\n", " ");
  }
  const sentence = `messages: not understood: ${wrong.join(", ")}; give texts by the names in lang/en.js.`;
  return { edition, default: texts.join("\n"), wrong: wrong.length ? sentence : "" };
}

/** The attribute of the element, or of the nearest one around it that has it, out of shadow trees too. */
export function nearest(element, attribute) {
  for (let at = element; at; at = at.getRootNode().host) {
    const holder = at.closest(`[${attribute}]`);
    if (holder) return holder.getAttribute(attribute);
  }
  return null;
}

/** Whoever wants to know that an element somewhere has another language or zone. */
const listeners = new Set();
let observer;

/** Calls `listener` when an element of the document is given another language or zone, until what is returned is called. */
export function onLanguageChange(listener) {
  observer ??= new MutationObserver(() => listeners.forEach((tell) => tell()));
  if (listeners.size === 0) observer.observe(document, { subtree: true, attributeFilter: ["lang", "time-zone"] });
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) observer.disconnect();
  };
}
