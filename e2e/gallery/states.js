// Every state that the widget can be seen in: which answers lead there, and what a viewer does.
// A classic script, like the bodies.
window.galleryStates = (() => {
  const bodies = window.galleryBodies;
  const ok = (body) => () => new Response(JSON.stringify(body()), { headers: { "content-type": "application/json" } });
  const refused = (status, body) => () =>
    new Response(JSON.stringify(body()), { status, headers: { "content-type": "application/json" } });
  const unreachable = () => Promise.reject(new TypeError("Failed to fetch"));
  const never = () => new Promise(() => {});

  const ROW = "[part~=row]";
  const rows = { answers: [ok(bodies.running)], sign: ROW };
  // Opens what a press of `selector` opens.
  const pressed = (...selectors) => async (page) => {
    for (const selector of selectors) await page.press(selector);
  };

  // `query` is the page's own; `sign` is there once the answers are on the page; `then` goes on from there.
  return {
    loading: { answers: [never], sign: ".btw-skeleton" },
    "no-id": { query: { "batch-id": null }, sign: "form" },
    "refused-id": { query: { "batch-id": "not an id" }, sign: "form [role=alert]" },
    empty: { answers: [ok(bodies.empty)], sign: ".btw-empty" },
    dispatching: { answers: [ok(bodies.dispatching)], sign: ".btw-empty" },
    running: rows,
    succeeded: { answers: [ok(bodies.succeeded)], sign: ROW },
    "finished-with-failures": { answers: [ok(bodies.withFailures)], sign: ROW },
    failed: { answers: [ok(bodies.failed)], sign: ROW },
    stale: {
      answers: [ok(bodies.running), unreachable],
      sign: ROW,
      then: async (page) => {
        await page.pass(5_000);
        await page.seen("[role=alert]");
        await page.pass(1_000);
      },
    },
    stopped: { answers: [refused(403, bodies.denied)], sign: "[role=alert]" },
    "stopped-later": {
      answers: [ok(bodies.running), refused(403, bodies.denied)],
      sign: ROW,
      then: async (page) => {
        await page.pass(5_000);
        await page.seen("[role=alert]");
      },
    },
    offline: {
      answers: [ok(bodies.running), unreachable],
      sign: ROW,
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
    "unknown-status": { answers: [ok(bodies.unknown)], sign: ROW },
    "all-statuses": { answers: [ok(bodies.allStatuses)], sign: ROW },
    "hundred-thousand-rows": { answers: [ok(() => bodies.large(100_000))], sign: ROW },
    timeline: { ...rows, query: { view: "timeline" }, sign: "[role=option]" },
    "timeline-lane": { ...rows, query: { view: "timeline", filter: "failed" }, sign: "[role=option]", then: pressed("[role=option]") },
    "failures-opened": { answers: [ok(bodies.manyReasons)], sign: ROW, then: pressed("button.btw-more") },
    "group-picked": { ...rows, then: pressed(".btw-group-button") },
    "row-open": { ...rows, query: { filter: "failed" }, then: pressed(".btw-open") },
    "facts-open": { ...rows, then: pressed(".btw-details") },
    "columns-menu": { ...rows, then: pressed(".btw-menu:first-of-type > summary") },
    "export-menu": { ...rows, query: { filter: "failed" }, then: pressed(".btw-menu:last-of-type > summary") },
    exporting: {
      answers: [ok(() => bodies.large(10_000))],
      sign: ROW,
      then: async (page) => {
        page.holdTurnsAfter(14);
        await page.press(".btw-menu:last-of-type > summary");
        await page.press(".btw-menu:last-of-type .btw-button:not(summary)");
        await page.seen(".btw-exporting");
      },
    },
    "no-hits": { ...rows, query: { q: "nothing like this" }, sign: ".btw-empty" },
    "empty-filter": { ...rows, query: { filter: "other" }, sign: ".btw-empty" },
    sorted: { ...rows, query: { sort: "-Duration" } },
    "waiting-for-the-end": { ...rows, then: pressed(".btw-await") },
    compact: { ...rows, meta: { "batch-task-compact": "true" }, sign: ".btw-failures" },
    "long-texts": { answers: [ok(bodies.long)], sign: ROW, then: pressed(".btw-open") },
    "failed-start": { wasm: "no-such-program.wasm", sign: ".page-message" },
  };
})();
