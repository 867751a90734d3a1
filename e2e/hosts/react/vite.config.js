import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Relative URLs, so that the built app can be served below any path.
export default defineConfig({
  base: "./",
  plugins: [react()],
  build: { rollupOptions: { input: ["index.html", "hydrated.html"] } },
});
