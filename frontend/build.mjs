// Bundles scripts and styles into src/mujun/web/static/built. Everything comes from node_modules and this folder.
import { rm } from "node:fs/promises";
import { build } from "esbuild";

const out = "src/mujun/web/static/built";
const target = ["chrome109", "firefox115", "safari16"];
const common = { bundle: true, minify: true, target, outdir: out, logLevel: "warning", legalComments: "linked" };

await rm(out, { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
    entryPoints: { app: "frontend/app.js", map: "frontend/map/index.js" },
    format: "esm",
    splitting: true,
    chunkNames: "[name]-[hash]",
  }),
  // MapLibre's worker in a file of its own: the pages forbid scripts from blobs.
  build({
    ...common,
    bundle: false,
    entryPoints: { "map-worker": "node_modules/maplibre-gl/dist/maplibre-gl-csp-worker.js" },
  }),
  build({
    ...common,
    entryPoints: { style: "src/mujun/web/static/css/index.css", "map-style": "maplibre-gl/dist/maplibre-gl.css" },
    loader: { ".svg": "dataurl", ".png": "dataurl" },
  }),
]);
