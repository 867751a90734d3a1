// A page's clock that goes on as usual, and ahead when it is told to. It stands before all other scripts.
//
// Timers fire in the order in which they are due, each with the time that it asked for; what is under way between two of
// them (a request, a turn) is let end first, or time would pass for the page that no server could keep up with.
(() => {
  const real = { setTimeout: setTimeout.bind(window), clearTimeout: clearTimeout.bind(window), now: performance.now.bind(performance), Date };
  // While a request is under way the widget counts eighths of the longest silence, 10 s, with a timer of this length.
  const SILENCE_MS = 1_250;
  const timers = new Map();
  let skipped = 0;
  let jumped = 0;
  // Far from those of the browser.
  let ids = 1e9;

  const steady = () => real.now() + skipped;
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
  // WebKit's driver sets its own time-out in the page while it runs a script, which is no time of the page's.
  const isOfDriver = () => /^(.*\n){2,3}Promise@.*\n_execute@/.test(new Error().stack);
  window.setTimeout = (run, delay, ...args) =>
    isOfDriver() ? real.setTimeout(run, delay, ...args) : add(() => run(...args), delay, false);
  window.setInterval = (run, delay, ...args) => add(() => run(...args), delay, true);
  window.clearTimeout = window.clearInterval = (id) => void (timers.delete(id) || real.clearTimeout(id));

  const earliest = () => [...timers].reduce((first, each) => (first && first[1].due <= each[1].due ? first : each), null);
  const fire = ([id, timer]) => {
    if (timer.every) timer.due = Math.max(timer.due + timer.ms, steady() - timer.ms);
    else timers.delete(id);
    timer.run();
  };
  const pump = () => {
    for (let next = earliest(); next && next[1].due <= steady(); next = earliest()) fire(next);
    real.setTimeout(pump, 20);
  };
  pump();

  // One channel for all: WebKit collects ports that nobody holds, with the messages that are on their way.
  const channel = new MessageChannel();
  const turns = [];
  channel.port1.onmessage = () => turns.shift()();
  const turn = () => new Promise((done) => {
    turns.push(done);
    channel.port2.postMessage(null);
  });
  // Lets promises that are kept come to what follows from them: a request that a timer begins is begun then.
  const settle = async () => { for (let hop = 0; hop < 50; hop += 1) await null; };
  const isAsking = () => [...timers.values()].some(({ ms }) => ms === SILENCE_MS);

  window.clock = {
    // How many timers are set.
    timers: () => timers.size,
    isAsking,
    // Lets `ms` pass. With `isPatient`, requests are let end as quickly as they are answered.
    advance: async (ms, isPatient = true) => {
      const end = steady() + ms;
      for (let fired = 1; ; fired += 1) {
        await settle();
        // A page without a turn of its own does not draw; with one for each timer it would do nothing else.
        if (fired % 100 === 0) await turn();
        for (let tries = 0; isPatient && isAsking() && tries < 2_000; tries += 1) await new Promise((done) => real.setTimeout(done, 1));
        const next = earliest();
        if (!next || next[1].due > end) break;
        skipped += Math.max(0, next[1].due - steady());
        if (timers.has(next[0])) fire(next);
      }
      skipped += Math.max(0, end - steady());
      await turn();
    },
    // The machine sleeps: time has passed, and no timer has fired when it wakes.
    sleep: (ms) => { skipped += ms; },
    // Somebody sets the clock, forward or back; no timer minds.
    set: (by) => { jumped += by; },
  };
})();
