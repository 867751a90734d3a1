import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  // The development server forwards requests of the API to batch-task-proxy --simulate.
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith("batch-task-") } } })],
});
