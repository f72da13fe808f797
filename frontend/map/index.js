// The map of the parcels. Tiles bring shapes and numbers; the scoped table brings what the reader may know of them.
import maplibregl from "maplibre-gl/dist/maplibre-gl-csp.js";
import { token } from "../theme.js";
import { watchAdjacency } from "./adjacency.js";
import { watchCases } from "./cases.js";
import { drawLegend, listTowns } from "./legend.js";
import { watchCard } from "./card.js";
import { watchPick } from "./pick.js";
import { paints, styleOf } from "./style.js";
import { labelTowns } from "./towns.js";
import { watchTip } from "./tip.js";

const settings = JSON.parse(document.getElementById("map-settings").textContent);
const words = JSON.parse(document.getElementById("map-words").textContent);
const element = document.getElementById("map");
const note = document.getElementById("map-note");

function hasWebGl2() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

async function readTable(address) {
  const answer = await fetch(address ?? settings.table);
  if (!answer.ok) throw new Error(`table: ${answer.status}`);
  const table = await answer.json();
  for (const face of table.faces) face.codes = Array.from(face.classes, (digit) => parseInt(digit, 36));
  return table;
}

function boundsOf(table) {
  const boxes = table.bounds ? [table.bounds] : table.sets.map((set) => set.bounds);
  if (!boxes.length) return undefined;
  return [
    [Math.min(...boxes.map((box) => box[0])), Math.min(...boxes.map((box) => box[1]))],
    [Math.max(...boxes.map((box) => box[2])), Math.max(...boxes.map((box) => box[3]))],
  ];
}

function fail(sentence) {
  element.dataset.state = "failed";
  note.textContent = sentence;
}

function makeMap(table, face) {
  const map = new maplibregl.Map({
    container: element,
    style: styleOf(table, face, new Set(), settings, token),
    bounds: settings.wanted_box ?? boundsOf(table),
    fitBoundsOptions: { padding: settings.wanted_box ? 160 : 32, maxZoom: 16.5 },
    // Farther out there are no tiles.
    minZoom: table.sets.length ? Math.min(...table.sets.map((set) => set.min_zoom)) : 0,
    maxZoom: 19,
    fadeDuration: 0,
    maxPitch: 0,
    dragRotate: false,
    pitchWithRotate: false,
    renderWorldCopies: false,
    attributionControl: settings.basemap ? { compact: false, customAttribution: settings.basemap.credit } : false,
    locale: { "NavigationControl.ZoomIn": words.zoom_in, "NavigationControl.ZoomOut": words.zoom_out },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-left");
  map.addControl(new maplibregl.ScaleControl({ unit: "metric" }), "bottom-left");
  map.once("idle", () => {
    element.dataset.state = "ready";
    performance.mark("map-usable");
    note.textContent = table.count ? "" : words.nothing;
  });
  return map;
}

function watchFaces(map, table) {
  const hidden = new Set();
  const select = document.getElementById("map-face");
  const repaint = () => {
    const face = table.faces.find((one) => one.key === select.value);
    for (const [layer, property, value] of paints(map, table, face, hidden, token)) {
      map.setPaintProperty(layer, property, value);
    }
  };
  select.addEventListener("change", () => {
    hidden.clear();
    drawLegend(table, select.value, hidden, repaint);
    repaint();
  });
  drawLegend(table, select.value, hidden, repaint);
  document.addEventListener("mujun:theme", repaint);
  return (key) => {
    hidden.clear();
    fillFaces(select, table, key);
    drawLegend(table, select.value, hidden, repaint);
    repaint();
  };
}

// What can be chosen to colour by; stays with what was chosen where that is still there.
function fillFaces(select, table, key = select.value) {
  select.replaceChildren(...table.faces.map((face) => new Option(face.label, face.key)));
  if (table.faces.some((face) => face.key === key)) select.value = key;
}

// A page that knows of new answers says so: their table is read again and the map keeps its place.
function watchAnswers(table, show) {
  document.addEventListener("mujun:map", async (event) => {
    table.faces = (await readTable(event.detail?.table)).faces;
    show(event.detail?.face);
  });
}

async function start() {
  // The worker starts while the table is still on its way. One: on an office PC a second costs more than it saves.
  maplibregl.setWorkerUrl(settings.worker);
  maplibregl.setWorkerCount(1);
  maplibregl.prewarm();
  const table = await readTable();
  const select = document.getElementById("map-face");
  fillFaces(select, table);
  if (!hasWebGl2()) {
    const redraw = (key) => {
      fillFaces(select, table, key);
      drawLegend(table, select.value, new Set(), null);
    };
    watchAnswers(table, redraw);
    drawLegend(table, select.value, new Set(), null);
    select.addEventListener("change", () => drawLegend(table, select.value, new Set(), null));
    listTowns(table, words, null, settings.list);
    fail(words.no_webgl);
    return;
  }
  const map = makeMap(table, table.faces[0]);
  const zoomTo = (bounds) => map.fitBounds(bounds, { padding: 40, maxZoom: 16, duration: 400 });
  watchAnswers(table, watchFaces(map, table));
  // Anything on the page may lead to a place: data-zoom="west,south,east,north".
  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-zoom]")?.dataset.zoom.split(",").map(Number);
    if (!place) return;
    element.scrollIntoView({ block: "nearest" });
    zoomTo([place.slice(0, 2), place.slice(2)]);
  });
  listTowns(table, words, zoomTo, settings.list);
  map.once("idle", () => labelTowns(maplibregl, map, table, words, zoomTo));
  const names = watchTip(map, table, settings, element);
  if (settings.pick) watchPick(maplibregl, map, table, names);
  else watchCard(map, table, names, settings, words, watchAdjacency(map, words, token), watchCases(map, words, token));
  window.mujunMap = map;
}

start().catch((error) => {
  console.error(error);
  fail(words.failed);
});
