import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Relative addresses, so that the built app may lie anywhere.
export default defineConfig({ base: "./", plugins: [react()] });
