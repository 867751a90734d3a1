// The WebAssembly behind the widgets: found, compiled once, and made into instances. All widgets of a page share one
// instance; after a failure inside it, it is never called again and the next widget gets a fresh one.
// It knows no element and no option.

import createGlue from "./glue.js";
import { language } from "./languages.js";

/** What has not come by then will not: without an end nothing could be asked for again. */
const EXTRAS_TIMEOUT_MS = 30_000;

/** What `init` was given. Without it the files beside this one are loaded, by addresses that bundlers know to follow. */
let source;
let extrasSource;
/** @type {Promise<WebAssembly.Module> | undefined} */
let compiled;
/** The second file, which is loaded once a viewer comes near a widget. @type {Promise<WebAssembly.Module> | undefined} */
let compiledExtras;
/** @type {Instance | undefined} */
let current;

/**
 * Says where the WebAssembly is, two files, and loads the first. Not needed where they lie beside the module.
 *
 * @param {string | URL | Request | Response | Promise<Response> | BufferSource | WebAssembly.Module} [input]
 * @param {typeof input} [extras] the second file, which is not loaded before a viewer comes near a widget
 * @returns {Promise<void>} once the first is compiled; rejects if it cannot be
 */
export async function init(input, extras) {
  if (extras !== undefined && extras !== extrasSource) {
    extrasSource = extras;
    compiledExtras = undefined;
    // A promise that fails before anybody comes near is told of then.
    Promise.resolve(extras).catch(() => {});
  }
  if (input !== undefined && input !== source) {
    source = input;
    compiled = undefined;
    current = undefined;
  }
  await instance();
}

/**
 * The instance that widgets share: the one that there is, or a fresh one if that has broken down.
 *
 * @returns {Promise<Instance>}
 */
export async function instance() {
  compiled ??= compile(source ?? new URL("./batch-task-widget.wasm", import.meta.url));
  const attempt = compiled;
  try {
    const module = await attempt;
    if (!current?.isWorking) current = new Instance(module);
    return current;
  } catch (error) {
    // The next one tries again: a network may be back, a file may have been put in its place.
    if (compiled === attempt) compiled = undefined;
    throw error;
  }
}

/** The second file. */
function extras() {
  const file = extrasSource ?? new URL("./batch-task-widget.extras.wasm", import.meta.url);
  return (compiledExtras ??= compile(file, AbortSignal.timeout?.(EXTRAS_TIMEOUT_MS)));
}

async function compile(input, signal) {
  if (typeof WebAssembly !== "object") throw new Error("this browser has no WebAssembly");
  if (input instanceof WebAssembly.Module) return input;
  const isAddress = typeof input === "string" || input instanceof URL || input instanceof Request;
  const given = await (isAddress ? fetch(input, { signal }) : input);
  if (!(given instanceof Response)) return WebAssembly.compile(given);
  if (!given.ok) throw new Error(`${given.url} answered ${given.status}`);
  const type = given.headers.get("content-type");
  // Browsers stream this type alone, without a parameter such as a charset.
  if (type?.toLowerCase() === "application/wasm" && WebAssembly.compileStreaming) return WebAssembly.compileStreaming(given);
  const module = await WebAssembly.compile(await given.arrayBuffer());
  console.warn(`batch-task-widget: ${given.url} came as ${type}; it starts sooner as application/wasm`);
  return module;
}

/** One life of the module. */
class Instance {
  /** Whether it may be called. */
  isWorking = true;
  #onBroken = new Set();
  #onExtrasFailed = new Set();
  /** @type {Promise<void> | undefined} */
  #extras;

  /** @param {WebAssembly.Module} module */
  constructor(module) {
    const self = this;
    // The glue looks for `WebAssembly` here first, and so gets exports that are watched.
    const glue = createGlue({
      Module: WebAssembly.Module,
      Instance: class {
        constructor(module, imports) {
          this.exports = self.#watched(new WebAssembly.Instance(module, imports).exports);
        }
      },
    });
    glue.initSync({ module });
    glue.setLanguageLoader(language);
    glue.setExtrasLoader(() => (this.#extras ??= this.#addExtras(glue)));
    this.attach = glue.attach;
  }

  /** Calls `listener` once it has broken down, unless what is returned is called before. */
  onBroken(listener) {
    this.#onBroken.add(listener);
    return () => this.#onBroken.delete(listener);
  }

  /** Calls `listener` whenever the second file does not come, until what is returned is called. */
  onExtrasFailed(listener) {
    this.#onExtrasFailed.add(listener);
    return () => this.#onExtrasFailed.delete(listener);
  }

  /** Puts the second file beside the first, once. */
  async #addExtras(glue) {
    try {
      glue.addExtras(await extras());
    } catch (error) {
      this.#extras = undefined;
      // One that did not come, or is of another build, is asked for anew.
      compiledExtras = undefined;
      for (const listener of this.#onExtrasFailed) listener(error);
      throw error;
    }
  }

  /**
   * Every way into the module: calls, timers, events, promises. Whatever comes out as an exception, a trap or one of the
   * page's that went through, leaves it half-way in what it did, so nothing gets in after that.
   */
  #watched(exports) {
    const watched = {};
    for (const [name, value] of Object.entries(exports)) {
      watched[name] = typeof value === "function" ? this.#watchedFunction(value) : value;
    }
    return watched;
  }

  #watchedFunction(call) {
    return (...args) => {
      if (!this.isWorking) return undefined;
      try {
        return call(...args);
      } catch (error) {
        this.#break(error);
        throw error;
      }
    };
  }

  #break(error) {
    if (!this.isWorking) return;
    this.isWorking = false;
    for (const listener of this.#onBroken) queueMicrotask(() => listener(error));
    this.#onBroken.clear();
  }
}
