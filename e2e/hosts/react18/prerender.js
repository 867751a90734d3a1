// Renders the hydrated page on the server, that is in Node.js without a document, into the HTML of both builds.
import { readFile, writeFile } from "node:fs/promises";

import { html } from "./node_modules/.server/server.js";

for (const folder of ["dist", "dist/development"]) {
  const page = `${folder}/hydrated.html`;
  const built = await readFile(page, "utf8");
  await writeFile(page, built.replace('<div id="root"></div>', () => `<div id="root">${html}</div>`));
}
