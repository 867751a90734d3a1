// One of the package's WebAssembly files: where it is, whether it belongs to the same build as its script, and its compiled
// module. Errors name the URL, without its query, and the content type.

/** The custom section with the build ID. `cargo xtask` adds it to the files of a program, and `BUILD` to its script. */
const BUILD_SECTION = "build";

const ADVICE = 'Copy the file there, or pass its URL to init(): see "Bundlers" in the README of batch-task-widget.';

export class WasmFile {
  #build;
  #defaultSource;
  #timeoutMs;
  #source;
  /** @type {Promise<WebAssembly.Module> | undefined} */
  #module;
  #abort = new AbortController();
  /** After a failure, the file is fetched past the browser's cache, which may contain a wrong one. */
  #cache = "default";

  /**
   * @param {string} build the build ID that the file must have
   * @param {() => URL} defaultSource where the file is, unless `init` sets another source
   * @param {number} [timeoutMs]
   */
  constructor(build, defaultSource, timeoutMs) {
    this.#build = build;
    this.#defaultSource = defaultSource;
    this.#timeoutMs = timeoutMs;
  }

  get source() {
    return this.#source;
  }

  /** Sets an argument of `init`. */
  set source(source) {
    if (source === undefined || source === this.#source) return;
    this.#source = source;
    this.#module = undefined;
    // Callers that wait for the last source try again.
    this.#abort.abort();
    // A rejection is reported when the file is needed, not as an unhandled rejection now.
    Promise.resolve(source).catch(() => {});
  }

  /** Fetches and compiles the file once. A failure is not cached: the next call tries again. */
  async module() {
    const attempt = (this.#module ??= this.#load());
    try {
      return await attempt;
    } catch (error) {
      if (this.#module === attempt) {
        this.#module = undefined;
        this.#cache = "reload";
      }
      throw error;
    }
  }

  #default() {
    try {
      return this.#defaultSource();
    } catch (error) {
      // A bundle that is not an ECMAScript module does not know its URL.
      throw new Error("the URL of the WebAssembly is unknown: pass it to init()", { cause: error });
    }
  }

  async #load() {
    checkEnvironment();
    const abort = (this.#abort = new AbortController());
    if (this.#source === undefined) await nextTask();
    abort.signal.throwIfAborted();
    const source = this.#source ?? this.#default();
    const timeout = this.#timeoutMs && AbortSignal.timeout?.(this.#timeoutMs);
    timeout?.addEventListener("abort", () => abort.abort(timeout.reason));
    const options = { signal: abort.signal, cache: this.#cache };
    let file = await compile(source, options);
    if (file.build !== this.#build && file.url && options.cache === "default") {
      file = await compile(isAddress(source) ? source : file.url, { ...options, cache: "reload" });
    }
    if (file.build === this.#build) return file.module;
    throw new Error(
      `${file.name} has the build ID ${file.build}, but the script has ${this.#build}. Publish the files of one version together, ` +
        "and reload the page without its cache.",
    );
  }
}

/** WebKit runs microtasks between two modules of a page, so only a task runs after the module that calls `init`. */
const nextTask = () =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(port1.close());
    port2.postMessage(null);
  });

/** Under jsdom and happy-dom, the module would crash outside of any call that could report it. */
function checkEnvironment() {
  if (typeof WebAssembly !== "object") throw new Error("this browser has no WebAssembly");
  const isBrowser =
    typeof Window === "function" &&
    globalThis instanceof Window &&
    typeof fetch === "function" &&
    "replaceSync" in CSSStyleSheet.prototype;
  if (isBrowser) return;
  throw new Error(
    "this is not a browser, or too old a browser. Test environments such as jsdom and happy-dom cannot run the widget: see " +
      '"Test runners" in the README of batch-task-widget.',
  );
}

/**
 * Compiles a file. `name` is its URL for messages, `url` the one to fetch again; `build` is its build ID.
 *
 * @returns {Promise<{module: WebAssembly.Module, name: string, url?: string, build: string}>}
 */
async function compile(input, options) {
  let given = await (isAddress(input) ? open(input, options) : input);
  // The body of a response can be read once.
  if (given instanceof Response && given.bodyUsed) given = await open(given.url, options);
  if (given instanceof WebAssembly.Module) return withBuild(given, "the module that init() received");
  if (!(given instanceof Response)) {
    const name = "the data that init() received";
    const module = await WebAssembly.compile(given).catch((error) => {
      throw new Error(`${name} is not valid WebAssembly: ${error.message}`, { cause: error });
    });
    return withBuild(module, name);
  }
  const { url, ok, status, headers } = given;
  const name = url ? withoutQuery(url) : "the response that init() received";
  const type = headers.get("content-type") ?? "no content type";
  if (!ok) throw new Error(`${name} returned HTTP ${status} (${type}). ${ADVICE}`);
  try {
    return withBuild(await compileResponse(given, name, type), name, url);
  } catch (error) {
    // The signal's time-out is reported as it is.
    const advice = isWasm(type) ? "" : ` ${ADVICE}`;
    throw new Error(`${name} (${type}) could not be compiled as WebAssembly: ${error.message}${advice}`, { cause: error });
  }
}

/** Streams, where the browser accepts the content type. */
async function compileResponse(response, name, type) {
  if (isWasm(type) && WebAssembly.compileStreaming) return WebAssembly.compileStreaming(response);
  const module = await WebAssembly.compile(await response.arrayBuffer());
  console.warn(`batch-task-widget: ${name} has the content type ${type}; serve it as application/wasm to start faster`);
  return module;
}

function withBuild(module, name, url) {
  const [section] = WebAssembly.Module.customSections(module, BUILD_SECTION);
  return { module, name, url, build: section ? new TextDecoder().decode(section) : "(none)" };
}

const isAddress = (input) =>
  typeof input === "string" || input instanceof URL || (typeof Request === "function" && input instanceof Request);

// compileStreaming accepts exactly this type, without parameters such as a charset.
const isWasm = (type) => type.toLowerCase() === "application/wasm";

async function open(input, options) {
  const url = new URL(input.url ?? input, document.baseURI);
  // The content security policy of a page may forbid to fetch it.
  if (url.protocol === "data:") return bytesOf(url.href);
  try {
    return await fetch(input, options);
  } catch (error) {
    throw new Error(`${withoutQuery(url.href)} could not be fetched: ${error.message}`, { cause: error });
  }
}

/** The content of a `data:` URL, as bundlers write for files that they inline. */
function bytesOf(url) {
  const [, head, body] = /^data:([^,]*),(.*)$/.exec(url);
  const unescaped = body.replace(/%([\da-f]{2})/gi, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
  const binary = /;base64$/i.test(head) ? atob(unescaped) : unescaped;
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** A query may contain a token. */
const withoutQuery = (url) => url.split(/[?#]/, 1)[0];
