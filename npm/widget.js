// One widget in one shadow root, from its options to its end; the element and `mount` are made of it.
// It owns the order of things: loading, drawing, failing, going.

import { nearest, onLanguageChange } from "./languages.js";
import { instance } from "./runtime.js";

/** The styles of the sentence that stands where the widget cannot. */
const SENTENCE_STYLES = `
:host { display: block; }
p {
  all: initial;
  color-scheme: inherit;
  display: block;
  padding: 16px 20px;
  border: 1px solid var(--batch-task-border, light-dark(#d8dee4, #2e3640));
  border-radius: var(--batch-task-radius, 8px);
  background: var(--batch-task-surface, light-dark(#fff, #151a21));
  color: var(--batch-task-text, light-dark(#1b1f24, #e6ebf1));
  font: 14px/20px var(--batch-task-font, system-ui, sans-serif);
}
button {
  margin-inline-start: 12px;
  padding: 4px 12px;
  border: 1px solid currentColor;
  border-radius: var(--batch-task-radius, 8px);
  background: none;
  color: inherit;
  font: inherit;
  cursor: pointer;
}
`;

/**
 * An element for the module to draw in, and what ends its use. Yew 0.23 listens on the root of each app, never stops, and
 * never lets go of what it listens with, which holds the root; so that is noted here, and ended with the widget.
 */
function drawingRoot() {
  const element = document.createElement("div");
  const listeners = [];
  let isReleased = false;
  const end = ([type, listener, options]) => {
    element.removeEventListener(type, listener, options);
    // How wasm-bindgen's own code lets a closure go.
    listener._wbg_cb_unref?.();
  };
  element.addEventListener = (...listener) => {
    EventTarget.prototype.addEventListener.apply(element, listener);
    if (isReleased) queueMicrotask(() => end(listener));
    else listeners.push(listener);
  };
  const release = () => {
    isReleased = true;
    listeners.splice(0).forEach(end);
  };
  return { element, release };
}

/** An error of the name that the web platform gives to what was called off. */
export function aborted(message) {
  return new DOMException(message, "AbortError");
}

export class Widget {
  #root;
  #target;
  #options = {};
  #reflect;
  /** From the moment that it is drawn. */
  #handle;
  #instance;
  #forget;
  #stopListening;
  #release;
  #isGone = false;
  #isDue = false;
  /** Settles when the widget is drawn or cannot be. */
  #opened;

  /**
   * @param {ShadowRoot} root where it is drawn
   * @param {EventTarget} target where its events are dispatched
   * @param {object} options all of them
   * @param {(picked: object) => void} reflect told what the viewer picked
   */
  constructor(root, target, options, reflect) {
    this.#root = root;
    this.#target = target;
    this.#options = options;
    this.#reflect = reflect;
    this.#stopListening = onLanguageChange(() => this.configure(this.#options));
    this.#open();
  }

  /** Settles when the widget is drawn, or the sentence that says why not. Never rejects. */
  get opened() {
    return this.#opened.then(
      () => {},
      () => {},
    );
  }

  get options() {
    return this.#options;
  }

  /** Goes on with other options, all of them, at the end of what the page does just now. */
  configure(options) {
    this.#options = options;
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (!this.#isGone && this.#works()) this.#handle.configure(this.#whole());
    });
  }

  /** The options, with what the elements around it say where they say nothing. */
  #whole() {
    const { lang, timeZone } = this.#options;
    return {
      ...this.#options,
      lang: lang || nearest(this.#target, "lang"),
      timeZone: timeZone || nearest(this.#target, "time-zone"),
    };
  }

  async refresh() {
    await this.#opened;
    if (this.#isGone) throw aborted("the widget was taken off the page");
    if (!this.#works()) throw new Error("the widget broke down");
    return this.#handle.refresh();
  }

  pause() {
    this.#whenOpen((handle) => handle.pause());
  }

  resume() {
    this.#whenOpen((handle) => handle.resume());
  }

  get task() {
    return !this.#isGone && this.#works() ? this.#handle.task : null;
  }

  /** Takes it off the page. Its promises reject, its requests are aborted; a second call does nothing. */
  destroy() {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#stopListening();
    this.#close();
    this.#root.replaceChildren();
    this.#root.adoptedStyleSheets = [];
  }

  #works() {
    return this.#handle !== undefined && this.#instance.isWorking;
  }

  #whenOpen(act) {
    this.#opened.then(
      () => !this.#isGone && this.#works() && act(this.#handle),
      () => {},
    );
  }

  #open() {
    this.#opened = this.#draw();
    // Whoever waits for it is told; if nobody does, the sentence and the event have told it.
    this.#opened.catch(() => {});
  }

  async #draw() {
    let module;
    try {
      module = await instance();
      if (this.#isGone) throw aborted("the widget was taken off the page");
      const { element, release } = drawingRoot();
      this.#root.replaceChildren(element);
      this.#instance = module;
      this.#release = release;
      const forget = [
        module.onBroken((error) => this.#fail("crash", "It broke down.", error)),
        module.onExtrasFailed((error) => this.#tellError("start", "A part of its program did not load.", error)),
      ];
      this.#forget = () => forget.forEach((forget) => forget());
      const tell = (what, detail) => this.#told(what, detail);
      this.#handle = module.attach(this.#root, element, this.#whole(), tell);
    } catch (error) {
      // One that breaks down as it begins is told of like any that does.
      const hasBroken = module !== undefined && !module.isWorking;
      if (!this.#isGone && !hasBroken) this.#fail("start", "It could not start: its program did not load.", error);
      throw error;
    }
  }

  #close() {
    this.#forget?.();
    this.#forget = undefined;
    const handle = this.#handle;
    const isWorking = this.#works();
    this.#handle = undefined;
    if (isWorking) {
      handle.destroy();
      handle.free();
    }
    this.#release?.();
    this.#release = undefined;
  }

  /** The module tells of something. It is in the middle of its work, so the page hears of it a moment later. */
  #told(what, detail) {
    queueMicrotask(() => {
      if (this.#isGone) return;
      if (what === "paused") {
        this.#reflect({ paused: detail });
        return;
      }
      if (what === "time-zone") {
        this.#reflect({ timeZone: detail });
        return;
      }
      if (what === "update" || what === "finish") this.#addTask(detail);
      if (what === "view-change") this.#reflect(detail);
      this.#dispatch(what, detail);
    });
  }

  /** The task of an event is built when it is first read. */
  #addTask(detail) {
    let task;
    const get = () => (task ??= this.task);
    Object.defineProperty(detail, "task", { get, enumerable: true });
  }

  #dispatch(what, detail) {
    const init = { detail, bubbles: true, composed: true };
    this.#target.dispatchEvent(new CustomEvent(`batch-task-${what}`, init));
  }

  /** Puts a sentence and a button where the widget cannot be, and tells the page. */
  #fail(kind, sentence, error) {
    this.#close();
    this.#root.replaceChildren(this.#sentence(sentence));
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(SENTENCE_STYLES);
      this.#root.adoptedStyleSheets = [sheet];
    } catch {
      // A browser too old for that is too old for colours.
    }
    this.#tellError(kind, sentence, error);
  }

  #tellError(kind, sentence, error) {
    console.error("batch-task-widget:", error);
    const message = `${sentence} ${error instanceof Error ? error.message : error}`;
    this.#dispatch("error", { class: kind, code: "", message, status: null, requestId: "", retryInMs: null });
  }

  #sentence(text) {
    const sentence = document.createElement("p");
    sentence.setAttribute("role", "alert");
    sentence.setAttribute("part", "notice");
    sentence.textContent = `The batch task cannot be shown. ${text}`;
    const reload = document.createElement("button");
    reload.type = "button";
    reload.textContent = "Reload";
    reload.addEventListener("click", () => this.#open());
    sentence.append(reload);
    return sentence;
  }
}
