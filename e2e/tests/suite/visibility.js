// Sets `document.visibilityState` to `arguments[0]` and dispatches the event, unless `arguments[1]` is true.
const [state, isSilent] = arguments;
Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
if (!isSilent) document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
