// Starts the app and defines the custom element in its tree.
import "../../npm/define.js";
import init from "./host.js";

await init({ module_or_path: new URL("host_bg.wasm", import.meta.url) });
