/** The file's URL, or its name relative to the bundle, as the bundler's loader for files returns it. Pass it to `init`. */
declare const file: string;
export default file;
