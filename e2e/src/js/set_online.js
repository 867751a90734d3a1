// Sets `navigator.onLine` to `arguments[0]` and dispatches the event that belongs to it.
const isOnline = arguments[0];
Object.defineProperty(navigator, "onLine", { configurable: true, get: () => isOnline });
dispatchEvent(new Event(isOnline ? "online" : "offline"));
