import { defineConfig } from "vitest/config";

const environments = ["jsdom", "happy-dom"];

// Vitest fails if there is an unhandled rejection, during a test or after it.
export default defineConfig({
  test: {
    projects: environments.map((environment) => ({ test: { name: environment, environment } })),
    reporters: ["dot"],
  },
});
