// Copies what the program serves from node_modules to istidrak/web/static/vendor: nothing else, no bundler.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { constants, gzipSync } from "node:zlib";

const target = "istidrak/web/static/vendor";
const sans = "node_modules/@fontsource/ibm-plex-sans/files/ibm-plex-sans-latin";
const extended = "node_modules/@fontsource/ibm-plex-sans/files/ibm-plex-sans-latin-ext";
const arabic = "node_modules/@fontsource/ibm-plex-sans-arabic/files/ibm-plex-sans-arabic-arabic";
const files = {
  "tabler/tabler.min.css": "node_modules/@tabler/core/dist/css/tabler.min.css",
  "tabler/tabler.rtl.min.css": "node_modules/@tabler/core/dist/css/tabler.rtl.min.css",
  "htmx/htmx.min.js": "node_modules/htmx.org/dist/htmx.min.js",
  "echarts/echarts.common.min.js": "node_modules/echarts/dist/echarts.common.min.js", // the season page alone loads it
};
for (const weight of ["400", "600", "700"]) {
  files[`plex/latin-${weight}.woff2`] = `${sans}-${weight}-normal.woff2`;
  files[`plex/latin-ext-${weight}.woff2`] = `${extended}-${weight}-normal.woff2`;
  files[`plex/arabic-${weight}.woff2`] = `${arabic}-${weight}-normal.woff2`;
}

rmSync(target, { recursive: true, force: true });
for (const [name, source] of Object.entries(files)) {
  mkdirSync(dirname(join(target, name)), { recursive: true });
  copyFileSync(source, join(target, name));
  if (/\.(css|js)$/.test(name)) { // six times smaller on a telephone's network; fonts are packed already
    writeFileSync(join(target, `${name}.gz`), gzipSync(readFileSync(source), { level: constants.Z_BEST_COMPRESSION }));
  }
}
console.log(`${Object.keys(files).length} files in ${target}`);
