// Bundles each contestant into dist/NAME/: main.js, its style sheet and its page.
import { build } from "esbuild";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";

const PAGES = {
  vanilla: { entry: "src/vanilla/main.js", styled: true },
  react: { entry: "src/react/main.jsx", styled: true },
  preact: { entry: "src/preact/main.jsx", styled: true, jsx: "preact" },
  antd: { entry: "src/antd/main.jsx", styled: true },
  floor: { entry: "src/floor/main.js" },
};

const page = (name, styled) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>${name}</title>
    <link rel="icon" href="data:," />
${styled ? '    <link rel="stylesheet" href="main.css" />\n' : ""}    <script type="module" src="main.js"></script>
  </head>
  <body>
    <div id="root"></div>
  </body>
</html>
`;

await rm("dist", { recursive: true, force: true });
for (const [name, { entry, styled = false, jsx = "react" }] of Object.entries(PAGES)) {
  const outdir = `dist/${name}`;
  await mkdir(outdir, { recursive: true });
  await build({
    entryPoints: [entry],
    outfile: `${outdir}/main.js`,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: jsx,
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
    legalComments: "none",
  });
  if (styled) await cp("src/shared/main.css", `${outdir}/main.css`);
  await writeFile(`${outdir}/index.html`, page(name, styled));
}
