// Starts the page's program from a file of its own, since a strict content security policy refuses an inline script;
// and says so in words if it does not start or breaks down.

/**
 * The links that Trunk writes for the program. A hash, if there is one, is in `integrity` or, where Chromium would warn about
 * that attribute, in `data-integrity`. The hashes of the language files, if there are any, are in `data-languages`.
 */
const glueLink = document.querySelector("link[rel=modulepreload]");
const wasmLink = document.querySelector("link[rel=preload][as=fetch]");
const main = document.getElementById("batch-task");
const languages = Object.fromEntries(main.dataset.languages.split(" ").map((language) => language.split(":")));

// Before anything is drawn, so that nothing is seen in the other theme first.
const theme = new URLSearchParams(location.search).get("theme");
if (theme === "light" || theme === "dark") document.documentElement.style.colorScheme = theme;

// Without an id there is a form to come, and no task.
const fixedId = document.querySelector('meta[name="batch-task-batch-id"]')?.content.trim();
if (!fixedId && !new URLSearchParams(location.search).get("batch-id")) main.replaceChildren();

/** What a link names. The hash is empty if the build wrote none. */
const file = ({ href, integrity, dataset }) => ({ href, integrity: dataset.integrity || integrity });

function explain(error) {
  console.error("batch-task-widget did not start:", error);
  const message = document.createElement("div");
  message.className = "page-message";
  message.setAttribute("role", "alert");
  const title = document.createElement("h1");
  title.textContent = "The page could not start";
  const reason = document.createElement("p");
  reason.textContent =
    typeof WebAssembly === "object"
      ? "Its program did not load or broke down."
      : "It needs a browser with WebAssembly.";
  const reload = document.createElement("button");
  reload.type = "button";
  reload.textContent = "Reload";
  reload.addEventListener("click", async () => {
    // WebKit keeps a file that did not come, or came wrong, through a reload.
    await Promise.allSettled([glueLink, wasmLink].map(({ href }) => fetch(href, { cache: "reload" })));
    location.reload();
  });
  message.append(title, reason, reload);
  main.replaceChildren(message);
}

const addresses = globalThis.trustedTypes?.createPolicy("batch-task-boot", { createScriptURL: (address) => address });

/**
 * Loads a module, if it is what it has to be. `import` cannot be told a hash; it finds the module that a script element,
 * which can be told, has loaded.
 */
async function load({ href, integrity }) {
  await new Promise((done, fail) => {
    const script = document.createElement("script");
    Object.assign(script, { type: "module", integrity, crossOrigin: "anonymous" });
    script.addEventListener("load", done);
    script.addEventListener("error", () => fail(new Error(`${href} did not load, or is not what was built`)));
    script.src = addresses ? addresses.createScriptURL(href) : href;
    document.head.append(script);
  });
  return import(href);
}

/**
 * Compiles the WebAssembly, whatever its media type, while it streams in. It is requested without its hash, because a request
 * with one would not use the preload; the hash is compared before any of it runs. `crypto.subtle` exists in secure contexts
 * only: elsewhere the browser compares.
 */
async function compiled({ href, integrity }) {
  const canHash = globalThis.crypto?.subtle !== undefined;
  const response = await fetch(href, canHash ? {} : { integrity });
  if (!response.ok) throw new Error(`${href} answered ${response.status}`);
  // Browsers stream this type alone, without a parameter such as a charset.
  const isStreamed = response.headers.get("content-type")?.toLowerCase() === "application/wasm";
  const mustHash = canHash && integrity;
  if (isStreamed && !mustHash) return WebAssembly.compileStreaming(response);
  const bytes = (isStreamed ? response.clone() : response).arrayBuffer();
  const module = isStreamed ? WebAssembly.compileStreaming(response) : bytes.then((it) => WebAssembly.compile(it));
  // What goes wrong is told once, by whichever is waited for first.
  for (const promise of [bytes, module]) promise.catch(() => {});
  if (mustHash) {
    const [algorithm] = integrity.split("-");
    const hash = new Uint8Array(await crypto.subtle.digest(algorithm.replace("sha", "SHA-"), await bytes));
    if (integrity !== `${algorithm}-${btoa(String.fromCharCode(...hash))}`) throw new Error(`${href} is not what was built`);
  }
  return module;
}

/** Ways into the program that are shut once an exception has left it half-way in what it did. */
function watched(exports) {
  let isWorking = true;
  const watch = (call) => (...args) => {
    if (!isWorking) return undefined;
    try {
      return call(...args);
    } catch (error) {
      isWorking = false;
      explain(error);
      throw error;
    }
  };
  const entries = Object.entries(exports);
  return Object.fromEntries(entries.map(([name, it]) => [name, typeof it === "function" ? watch(it) : it]));
}

// A language is loaded when the page first speaks it; until then, and without its file, it goes on in English.
main.loadLanguage = async (tag) => {
  try {
    return await load({ href: new URL(`./lang/${tag}.js`, import.meta.url).href, integrity: languages[tag] ?? "" });
  } catch (error) {
    console.warn("batch-task-widget goes on without another language:", error);
    throw error;
  }
};

try {
  const { instantiate } = WebAssembly;
  // The glue takes what it calls from here.
  WebAssembly.instantiate = async (module, imports) => {
    const { exports } = await instantiate(module, imports);
    return { module, instance: { exports: watched(exports) } };
  };
  const [{ default: init }, module] = await Promise.all([load(file(glueLink)), compiled(file(wasmLink))]);
  await init({ module_or_path: module });
} catch (error) {
  explain(error);
}
