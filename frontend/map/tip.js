// Under the mouse: code and holder. Names come after the map is drawn; it does not wait for them.
import { numbersOf, sourcesOf } from "./style.js";

const AGAIN_MS = 20_000;

async function readNames(table, settings) {
  if (table.parcels) return { parcels: table.parcels, holders: [] };
  for (;;) {
    try {
      const answer = await fetch(settings.names);
      return answer.ok ? await answer.json() : { parcels: [], holders: [] };
    } catch (error) {
      // The network went: shapes stay, names follow when it is back.
      console.warn("names", error);
      await new Promise((done) => {
        window.addEventListener("online", done, { once: true });
        setTimeout(done, AGAIN_MS);
      });
    }
  }
}

export function positionOf(table) {
  const positions = new Map(numbersOf(table).map((number, i) => [number, i]));
  return (number) => positions.get(Number(number));
}

export function watchTip(map, table, settings, element) {
  const tip = document.getElementById("map-tip");
  const layers = sourcesOf(table).map((source) => `${source}-fill`);
  const position = positionOf(table);
  const names = new Promise((done) => map.once("idle", () => done(readNames(table, settings))));
  let known = null;
  let hovered = null;
  names.then((found) => {
    known = found;
  });
  const leave = () => {
    if (hovered) map.setFeatureState(hovered, { hover: false });
    hovered = null;
    tip.hidden = true;
    map.getCanvas().style.cursor = "";
  };
  map.on("mousemove", (event) => {
    const [feature] = map.queryRenderedFeatures(event.point, { layers });
    if (!feature) return leave();
    const place = { source: feature.source, sourceLayer: feature.sourceLayer, id: feature.id };
    if (hovered?.id !== feature.id || hovered?.source !== feature.source) {
      leave();
      hovered = place;
      map.setFeatureState(place, { hover: true });
      map.getCanvas().style.cursor = "pointer";
    }
    const at = position(feature.id);
    if (!known || at === undefined) return;
    const code = document.createElement("strong");
    code.textContent = known.parcels[at];
    tip.replaceChildren(code, known.holders[at] ?? "");
    tip.hidden = false;
    const x = Math.min(event.point.x + 14, element.clientWidth - tip.offsetWidth - 8);
    const y = Math.min(event.point.y + 14, element.clientHeight - tip.offsetHeight - 8);
    tip.style.transform = `translate(${Math.max(x, 8)}px, ${Math.max(y, 8)}px)`;
  });
  map.on("mouseout", leave);
  return names;
}
