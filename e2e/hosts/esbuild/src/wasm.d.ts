declare module "*.wasm" {
  /** The file's path relative to the bundle. */
  const path: string;
  export default path;
}
