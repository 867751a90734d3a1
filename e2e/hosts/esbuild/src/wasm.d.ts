declare module "*.wasm" {
  /** Where it is put, relative to the bundle. */
  const path: string;
  export default path;
}
