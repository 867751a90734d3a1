// Sets `document.visibilityState` to `arguments[0]` and dispatches the event.
const [state] = arguments;
Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
