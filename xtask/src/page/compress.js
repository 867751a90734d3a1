// Writes FILE.br and FILE.gz beside each file, if they are smaller.
const { readFileSync, writeFileSync } = require("node:fs");
const { brotliCompressSync, constants, gzipSync } = require("node:zlib");
for (const path of process.argv.slice(1)) {
  const raw = readFileSync(path);
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  for (const [ending, bytes] of [["br", brotliCompressSync(raw, { params: quality })], ["gz", gzipSync(raw, { level: 9 })]]) {
    if (bytes.length < raw.length) writeFileSync(`${path}.${ending}`, bytes);
  }
}
