// Refreshes, and returns where the update event was dispatched: the id of its target, and its phase there.
const nextUpdateEvent = () => new Promise((done) => {
  document.getElementById("target").addEventListener("batch-task-update", (event) => done([event.target.id, event.eventPhase]));
  handle.refresh();
});

// How the promise of a refresh ends when the widget is destroyed, and how many nodes the target still has.
const refreshAndDestroy = async () => {
  const refreshed = handle.refresh().catch((error) => error.name);
  handle.destroy();
  handle.destroy();
  handle.update({});
  return [await refreshed, document.getElementById("target").childNodes.length];
};

const invalidMounts = async () => {
  const { mount } = await import("./npm/index.js");
  return Promise.all([mount(null, {}), mount(document.body, null)].map((mounted) => mounted.catch((error) => error.name)));
};

const asResponse = (body) => new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });

// Replaces the fetcher by an endpoint and headers with another token for each request; records the tokens that are sent.
const useHeaders = () => {
  let calls = 0;
  const realFetch = window.fetch;
  window.sentTokens = [];
  window.fetch = (request, options) => {
    // The second WebAssembly file is fetched by its URL.
    if (request instanceof Request) sentTokens.push(request.headers.get("x-token"));
    return realFetch(request, options);
  };
  handle.update({ fetcher: null, endpoint: "api/DescribeBatchTask", headers: async () => ({ "X-Token": `t${++calls}` }) });
};
