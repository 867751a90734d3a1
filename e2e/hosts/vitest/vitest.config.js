import { defineConfig } from "vitest/config";

const project = (environment, include) => ({ test: { name: environment, environment, include } });
const widgets = ["src/package.test.js", "src/stub.test.js"];

// Vitest fails if there is an unhandled rejection, during a test or after it.
export default defineConfig({
  test: {
    projects: [project("jsdom", widgets), project("happy-dom", widgets), project("node", ["src/server.test.js"])],
    reporters: ["dot"],
  },
});
