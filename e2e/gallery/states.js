// Every state of the widget: the responses that lead to it, and the actions of the viewer.
// A classic script, like `bodies.js`.
window.galleryStates = (() => {
  const bodies = window.galleryBodies;
  const ok = (body) => () => new Response(JSON.stringify(body()), { headers: { "content-type": "application/json" } });
  const refused = (status, body) => () =>
    new Response(JSON.stringify(body()), { status, headers: { "content-type": "application/json" } });
  const unreachable = () => Promise.reject(new TypeError("Failed to fetch"));
  const never = () => new Promise(() => {});

  const ROW = "[part~=row]";
  const home = { query: { "batch-id": null }, list: [ok(bodies.list)], ready: ROW };
  // The list that the proxy does not offer.
  const off = refused(403, () => ({
    Code: "Proxy.ListNotAllowed",
    Message: "this proxy does not list batches; start it with --list if its clients may see all of them",
    RequestId: "1B6E2D1A-9C1F-5C8B-8E5C-6B0B1C6F4A11",
  }));
  const recent = ["pcb-gallery Install skills · July roll-out", "pcb-4711 ", `pcb-${"0123456789".repeat(8)} ${"instance-migration-".repeat(8)}`].join("\n");
  const rows = { responses: [ok(bodies.running)], ready: ROW };
  // Clicks these elements one after the other.
  const pressed = (...selectors) => async (page) => {
    for (const selector of selectors) await page.press(selector);
  };

  // Buttons of a host, for all kinds of rows.
  const actions = [
    { id: "retry", label: "Retry", for: "failed" },
    { id: "resume", label: "Resume", for: "attention" },
    { id: "ticket", label: "Open a ticket", for: "any" },
  ];
  // `element` has the options of an embedded widget, and how its actions end.
  const embedded = { ...rows, element: { actions } };

  // `query` has the page's parameters; `ready` is a selector that matches when the responses are shown; `then` continues from
  // there.
  return {
    loading: { responses: [never], ready: ".btw-skeleton" },
    home,
    "home-filtered": { ...home, query: { ...home.query, status: "running", range: "30d" } },
    "home-empty": { ...home, list: [ok(bodies.emptyList)], ready: ".btw-empty" },
    "home-loading": { ...home, list: [never], ready: ".btw-list .btw-skeleton" },
    "home-error": { ...home, list: [unreachable], ready: "[role=alert]" },
    "home-list-off": { ...home, list: [off], recent, ready: ".page-recent" },
    "home-list-refused": { ...home, list: [refused(403, bodies.listDenied)], recent, ready: ".page-recent" },
    "home-without-list": { ...home, meta: { "batch-task-list-endpoint": "" }, recent, ready: ".page-recent" },
    "refused-id": { ...home, query: { "batch-id": "not an id" }, ready: "form [role=alert]" },
    several: {
      responses: [bodies.withFailures, bodies.succeeded, bodies.dispatching].map((body, number) =>
        ok(() => ({ ...body(), TaskName: `Install skills · wave ${number + 1}` }))),
      query: { "batch-id": "pcb-gallery,pcb-2,pcb-3" },
      ready: ".page-batch:last-child .btw-percent",
    },
    empty: { responses: [ok(bodies.empty)], ready: ".btw-empty" },
    dispatching: { responses: [ok(bodies.dispatching)], ready: ".btw-empty" },
    running: rows,
    succeeded: { responses: [ok(bodies.succeeded)], ready: ROW },
    "finished-with-failures": { responses: [ok(bodies.withFailures)], ready: ROW },
    failed: { responses: [ok(bodies.failed)], ready: ROW },
    // The header is out of sight.
    scrolled: {
      responses: [ok(bodies.withFailures)],
      ready: ROW,
      then: async (page) => {
        window.scrollTo(0, 1e6);
        await page.seen(".page-strip");
      },
    },
    stale: {
      responses: [ok(bodies.running), unreachable],
      ready: ROW,
      then: async (page) => {
        await page.pass(5_000);
        await page.seen("[role=alert]");
        await page.pass(1_000);
      },
    },
    // Older than three intervals: nothing turns, and no time left is shown.
    "no-contact": {
      responses: [ok(bodies.running), unreachable],
      ready: ROW,
      then: async (page) => {
        await page.pass(5_000);
        await page.seen("[role=alert]");
        await page.pass(40_000);
      },
    },
    stopped: { responses: [refused(403, bodies.denied)], ready: "[role=alert]" },
    "stopped-later": {
      responses: [ok(bodies.running), refused(403, bodies.denied)],
      ready: ROW,
      then: async (page) => {
        await page.pass(5_000);
        await page.seen("[role=alert]");
      },
    },
    offline: {
      responses: [ok(bodies.running), unreachable],
      ready: ROW,
      then: async (page) => {
        await page.goOffline();
        await page.pass(31_000);
      },
    },
    paused: {
      ...rows,
      then: async (page) => {
        await page.press(".btw-freshness button");
        await page.pass(12_000);
      },
    },
    "unknown-status": { responses: [ok(bodies.unknown)], ready: ROW },
    "all-statuses": { responses: [ok(bodies.allStatuses)], ready: ROW },
    "hundred-thousand-rows": { responses: [ok(() => bodies.large(100_000))], ready: ROW },
    timeline: { ...rows, query: { view: "timeline" }, ready: "[role=option]" },
    "timeline-lane": {
      ...rows,
      query: { view: "timeline", filter: "failed" },
      ready: "[role=option]",
      then: (page) => page.key(".btw-timeline", "ArrowDown"),
    },
    "timeline-large": { responses: [ok(() => bodies.large(10_000))], query: { view: "timeline" }, ready: "[role=option]" },
    "failures-opened": { responses: [ok(bodies.manyReasons)], ready: ROW, then: pressed("button.btw-more") },
    "group-picked": { ...rows, then: pressed(".btw-group-button") },
    "rows-open": { ...rows, then: pressed(...Array(3).fill(".btw-open[aria-expanded='false']")) },
    "row-linked": { ...rows, query: { task: "629271331", filter: "running" }, ready: ".btw-row-target" },
    "row-not-in-batch": { ...rows, query: { task: "1" }, ready: ".btw-table-note" },
    "row-open": { ...rows, query: { filter: "failed" }, then: pressed(".btw-open") },
    "facts-open": { ...rows, then: pressed(".btw-details") },
    "filter-menu": {
      ...rows,
      query: { filter: "failed,attention", "longer-than": "1s" },
      then: pressed(".btw-menu:first-of-type > summary"),
    },
    "columns-menu": { ...rows, then: pressed(".btw-menu:nth-of-type(2) > summary") },
    "export-menu": { ...rows, query: { filter: "failed" }, then: pressed(".btw-menu:last-of-type > summary") },
    exporting: {
      responses: [ok(() => bodies.large(10_000))],
      ready: ROW,
      then: async (page) => {
        page.stopAfterSlices(14);
        await page.press(".btw-menu:last-of-type > summary");
        await page.press(".btw-menu:last-of-type .btw-button:not(summary)");
        await page.seen(".btw-exporting");
      },
    },
    "no-hits": { ...rows, query: { q: "nothing like this" }, ready: ".btw-empty" },
    "ids-searched": { ...rows, query: { q: "629271331 629271339 pc-nothere12" }, ready: ".btw-found" },
    "hits-outside-the-filter": { ...rows, query: { q: "lock", filter: "other" }, ready: ".btw-empty" },
    "unknown-reason": { ...rows, query: { reason: "0123abcd" }, ready: ".btw-filter" },
    "empty-filter": { ...rows, query: { filter: "other" }, ready: ".btw-empty" },
    sorted: { ...rows, query: { sort: "-Duration" } },
    "waiting-for-the-end": { ...rows, then: pressed(".btw-await") },
    "host-actions": {
      ...embedded,
      query: { filter: "failed,attention" },
      then: async (page) => {
        await page.press(".btw-open");
        await page.seen(".btw-detail .btw-action");
      },
    },
    // One is busy, one is done, one has failed.
    "host-actions-pressed": {
      ...embedded,
      element: {
        actions,
        outcomes: {
          retry: never,
          resume: async () => "2 instances resumed",
          ticket: () => Promise.reject(new Error("The ticket system does not answer. Try again in a few minutes.")),
        },
      },
      then: async (page) => {
        for (const label of ["Retry", "Resume", "Open a ticket"]) await page.pressAction(label);
      },
    },
    compact: { ...rows, meta: { "batch-task-compact": "true" }, ready: ".btw-failures" },
    "long-texts": { responses: [ok(bodies.long)], ready: ROW, then: pressed(".btw-open") },
    "failed-start": { wasm: "no-such-program.wasm", ready: ".page-message" },
  };
})();
