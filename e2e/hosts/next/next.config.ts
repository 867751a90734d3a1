import type { NextConfig } from "next";

// A static site below the path at which the tests serve it.
const config: NextConfig = {
  output: "export",
  distDir: "dist",
  basePath: "/hosts/next",
  trailingSlash: true,
  turbopack: { root: import.meta.dirname },
};

export default config;
