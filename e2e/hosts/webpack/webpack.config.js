// Turns off webpack's warning that the WebAssembly is large.
export default {
  mode: "production",
  entry: "./src/main.js",
  output: { clean: true, trustedTypes: true },
  performance: { hints: false },
  stats: "errors-warnings",
};
