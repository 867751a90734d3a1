// A clock that a test can advance. Must run before all other scripts of the page.
//
// Until then the clock runs as usual, unless it is frozen. `advance` fires the timers in the order in which they are due, each at its time. Between
// two timers, open requests are allowed to end; otherwise more time would pass for the page than any server could keep up
// with.
(() => {
  const real = { setTimeout: setTimeout.bind(window), clearTimeout: clearTimeout.bind(window), now: performance.now.bind(performance), Date };
  // While a request is open, the widget has a timer of this length: an eighth of its timeout of 10 s.
  const SILENCE_MS = 1_250;
  const timers = new Map();
  let skipped = 0;
  let jumped = 0;
  // Larger than any id of the browser.
  let ids = 1e9;

  let frozen = null;
  const steady = () => (frozen ?? real.now()) + skipped;
  performance.now = steady;
  window.Date = class extends real.Date {
    constructor(...args) {
      super(...(args.length ? args : [window.Date.now()]));
    }
    static now() {
      return Math.floor(real.Date.now() + skipped + jumped);
    }
  };

  const add = (run, delay, every) => {
    const ms = Math.max(0, Number(delay) || 0);
    timers.set(++ids, { run, ms, every, due: steady() + ms });
    return ids;
  };
  // WebKit's driver sets a timeout in the page while it runs a script; that timer stays real.
  const isOfDriver = () => /^(.*\n){2,4}Promise@.*\n_execute@/.test(new Error().stack);
  window.setTimeout = (run, delay, ...args) =>
    isOfDriver() ? real.setTimeout(run, delay, ...args) : add(() => run(...args), delay, false);
  window.setInterval = (run, delay, ...args) => add(() => run(...args), delay, true);
  window.clearTimeout = window.clearInterval = (id) => void (timers.delete(id) || real.clearTimeout(id));

  const earliest = () => [...timers].reduce((first, each) => (first && first[1].due <= each[1].due ? first : each), null);
  const fire = ([id, timer]) => {
    if (timer.every) timer.due = Math.max(timer.due + timer.ms, steady() - timer.ms);
    else timers.delete(id);
    // As in a browser, an error in one timer does not stop the others.
    try {
      timer.run();
    } catch (error) {
      reportError(error);
    }
  };
  const pump = () => {
    for (let next = earliest(); next && next[1].due <= steady(); next = earliest()) fire(next);
    real.setTimeout(pump, 20);
  };
  pump();

  // One channel for all tasks: WebKit collects unreferenced ports together with their pending messages.
  const channel = new MessageChannel();
  const waiting = [];
  channel.port1.onmessage = () => waiting.shift()();
  const task = () => new Promise((done) => {
    waiting.push(done);
    channel.port2.postMessage(null);
  });
  // Runs pending microtasks, so that a request that a timer starts has been started.
  const microtasks = async () => { for (let hop = 0; hop < 50; hop += 1) await null; };
  const isRequesting = () => [...timers.values()].some(({ ms }) => ms === SILENCE_MS);

  window.clock = {
    // How many timers are set.
    timers: () => timers.size,
    isRequesting,
    // From now on, time passes only with `advance`.
    freeze: () => { frozen = real.now(); },
    // Lets `ms` pass. With `isPatient`, time stops while a request is open.
    advance: async (ms, isPatient = true) => {
      const end = steady() + ms;
      for (let fired = 1; ; fired += 1) {
        await microtasks();
        // Without a task of its own the page cannot draw; a task for each timer would be slow.
        if (fired % 100 === 0) await task();
        for (let tries = 0; isPatient && isRequesting() && tries < 2_000; tries += 1) await new Promise((done) => real.setTimeout(done, 1));
        const next = earliest();
        if (!next || next[1].due > end) break;
        skipped += Math.max(0, next[1].due - steady());
        if (timers.has(next[0])) fire(next);
      }
      skipped += Math.max(0, end - steady());
      await task();
    },
    // The machine sleeps: time passes and no timer fires until it wakes.
    sleep: (ms) => { skipped += ms; },
    // The system clock is changed by `ms`; timers are not affected.
    set: (ms) => { jumped += ms; },
  };
})();
