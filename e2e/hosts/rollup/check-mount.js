// Fails unless Rollup has dropped the custom element from a bundle that uses only `mount`.
import { rollup } from "rollup";
import config from "./rollup.config.js";

const bundle = await rollup({ ...config, input: "src/mount.js" });
const { output } = await bundle.generate({});
const code = output.map((chunk) => chunk.code ?? "").join("");
if (!code.includes("attachShadow")) throw new Error("the bundle has no `mount`");
if (code.includes("connectedCallback")) throw new Error("the bundle of `mount` contains the custom element");
