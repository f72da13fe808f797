// A page that asks for a place: a tap sets it, with the parcel that lies there. Without HTTPS a browser tells no position.
import { positionOf } from "./tip.js";
import { sourcesOf } from "./style.js";

const DIGITS = 6;

export function watchPick(maplibregl, map, table, names) {
  const text = document.querySelector("[data-place-text]");
  const parcel = document.querySelector("[data-place-parcel]");
  const layers = sourcesOf(table).map((source) => `${source}-fill`);
  const position = positionOf(table);
  const dot = document.createElement("div");
  dot.className = "case-pin";
  const pin = new maplibregl.Marker({ element: dot });
  document.addEventListener("reset", () => pin.remove());
  map.on("click", async (event) => {
    const { lng, lat } = event.lngLat;
    pin.setLngLat([lng, lat]).addTo(map);
    const place = `${lng.toFixed(DIGITS)},${lat.toFixed(DIGITS)}`;
    if (text) text.value = place;
    if (!parcel) return;
    const [feature] = map.queryRenderedFeatures(event.point, { layers: layers.filter((id) => map.getLayer(id)) });
    const at = feature ? position(feature.id) : undefined;
    const { parcels } = await names;
    // Names may come late: another place was tapped since, or the draft is already kept and its form empty.
    if (text && text.value !== place) return;
    parcel.value = at === undefined ? "" : (parcels[at] ?? "");
  });
}
