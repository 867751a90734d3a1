// Collects in `window.e2e.pageErrors` what a correct page never has: console output, uncaught errors, unhandled rejections,
// violations of the content security policy, and dialogs.
(() => {
  const pageErrors = [];
  const add = (what, text) => pageErrors.push(`${what}: ${text}`);
  addEventListener("error", (event) => add("uncaught error", event.message));
  addEventListener("unhandledrejection", (event) => add("unhandled rejection", String(event.reason)));
  addEventListener("securitypolicyviolation", (event) =>
    add("content security policy", `${event.violatedDirective} refused ${event.blockedURI}`));
  for (const level of ["debug", "log", "info", "warn", "error"]) {
    const real = console[level];
    console[level] = (...args) => {
      add(`console.${level}`, args.map(String).join(" "));
      real.apply(console, args);
    };
  }
  for (const name of ["alert", "confirm", "prompt"]) {
    window[name] = (text) => add(name, text);
  }
  window.e2e = { pageErrors };
})();
