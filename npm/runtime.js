// Creates instances of a WebAssembly module. All apps of a page that use the same program share one instance. After an exception or
// trap inside it, that instance is never called again, and the next app gets a new one.
// This module must not know elements or options.
// static/boot.js has its own copy of the guard; docs/decisions.md says why.

import { WasmFile } from "./file.js";
import { languageLoader } from "./languages.js";

/** Without a time-out, a request that hangs would block every later attempt. */
const EXTRAS_TIMEOUT_MS = 30_000;

/** One program of the package. */
export class Runtime {
  #createGlue;
  #loadLanguage;
  #main;
  /** The second file, loaded when the page is idle, or on the first interaction with a widget. */
  #extras;
  /** The shared instance, or the attempt to create it. @type {Promise<Instance> | undefined} */
  #current;
  /** The last instance that was created. @type {Instance | undefined} */
  #last;

  /**
   * @param {string} build the ID of the build that the files belong to
   * @param {Function} createGlue creates the functions between the module and the browser
   * @param {typeof import("./languages.js").FILES} languages
   * @param {() => URL} main where the file is, unless `init` sets another source
   * @param {() => URL} [extras] where the second file is, if the program has one
   */
  constructor(build, createGlue, languages, main, extras) {
    this.#createGlue = createGlue;
    this.#loadLanguage = languageLoader(languages);
    this.#main = new WasmFile(build, main);
    this.#extras = extras && new WasmFile(build, extras, EXTRAS_TIMEOUT_MS);
  }

  /**
   * Sets where the WebAssembly files are, and loads the first. Only needed if they are not next to the module.
   *
   * @param {string | URL | Request | Response | Promise<Response> | BufferSource | WebAssembly.Module} [input]
   * @param {typeof input} [extras] the second file, loaded when the page is idle
   * @returns {Promise<void>} resolves once the first file is compiled; rejects if it cannot be loaded or compiled. Apps report the
   *   failure as well, so it is not an unhandled rejection if a page ignores it.
   */
  init(input, extras) {
    if (this.#extras) this.#extras.source = extras;
    const before = this.#main.source;
    this.#main.source = input;
    if (this.#main.source !== before) this.#current = undefined;
    const ready = this.instance().then(() => {});
    ready.catch(() => {});
    return ready;
  }

  /** Whether the next app gets an instance without waiting for a file. */
  get isRunning() {
    return this.#last?.isWorking === true;
  }

  /**
   * The shared instance. Creates it if there is none or the last one has crashed.
   *
   * @returns {Promise<Instance>}
   */
  async instance() {
    while (true) {
      const { source } = this.#main;
      const create = (module) => Instance.create(this.#createGlue, module, this.#loadLanguage, this.#extras);
      const attempt = (this.#current ??= this.#main.module().then(create));
      let result;
      let failure;
      try {
        result = await attempt;
      } catch (error) {
        failure = error;
      }
      // Do not cache a failure or a crashed instance.
      if (!result?.isWorking && this.#current === attempt) this.#current = undefined;
      // `init` may have been called in the meantime.
      if (this.#main.source !== source) continue;
      if (failure) throw failure;
      if (result.isWorking) return (this.#last = result);
    }
  }
}

/** One instance of the module. */
class Instance {
  /** False after a crash; the instance must not be called then. */
  isWorking = true;
  /** The functions that the module exports to scripts. */
  glue;
  #onCrash = new Set();
  #onExtrasFailed = new Set();
  /** @type {Promise<void> | undefined} */
  #extras;

  /**
   * Asynchronous, because Chromium 109 refuses to instantiate more than 4 KB synchronously on the main thread.
   *
   * @param {Function} createGlue
   * @param {WebAssembly.Module} module
   * @param {Function} loadLanguage
   * @param {WasmFile} [extras] the second file
   * @returns {Promise<Instance>}
   */
  static async create(createGlue, module, loadLanguage, extras) {
    const instance = new Instance();
    let unguarded;
    // The glue uses this object instead of the global `WebAssembly`, so that it receives guarded exports.
    const glue = createGlue({
      Instance: WebAssembly.Instance,
      instantiate: async (module, imports) => {
        const { exports } = await WebAssembly.instantiate(module, imports);
        unguarded ??= exports;
        return { module, instance: { exports: instance.#guardExports(exports) } };
      },
    });
    await glue({ module_or_path: module });
    glue.setLanguageLoader(loadLanguage);
    // Each call between the two files is inside a guarded call already.
    if (extras) glue.setExtrasLoader(() => (instance.#extras ??= instance.#addExtras(extras, unguarded)));
    instance.glue = glue;
    return instance;
  }

  /** Calls `listener` when the instance crashes. Returns a function that unsubscribes. */
  onCrash(listener) {
    this.#onCrash.add(listener);
    return () => this.#onCrash.delete(listener);
  }

  /** Calls `listener` each time loading the second file fails. Returns a function that unsubscribes. */
  onExtrasFailed(listener) {
    this.#onExtrasFailed.add(listener);
    return () => this.#onExtrasFailed.delete(listener);
  }

  /** Loads the second file and links it to the first, once. */
  async #addExtras(file, exports) {
    try {
      await this.glue.addExtras(await file.module(), exports);
    } catch (error) {
      // Do not cache a failure: the next call tries again.
      this.#extras = undefined;
      for (const listener of this.#onExtrasFailed) listener(error);
      throw error;
    }
  }

  /**
   * Wraps all exported functions: every call, timer, event and promise enters the module through one. An exception (a trap, or
   * an exception of the page that passes through) leaves the module's state inconsistent, so later calls do nothing.
   */
  #guardExports(exports) {
    const guarded = {};
    for (const [name, value] of Object.entries(exports)) {
      guarded[name] = typeof value === "function" ? this.#guard(value) : value;
    }
    return guarded;
  }

  #guard(call) {
    return (...args) => {
      // The glue reads members of some results.
      if (!this.isWorking) return [];
      try {
        return call(...args);
      } catch (error) {
        this.#crash(error);
        throw error;
      }
    };
  }

  #crash(error) {
    if (!this.isWorking) return;
    this.isWorking = false;
    for (const listener of this.#onCrash) queueMicrotask(() => listener(error));
    this.#onCrash.clear();
  }
}
