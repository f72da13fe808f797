// A click opens the parcel's card beside the map; its own address is in the card and in the address bar.
import { numbersOf, sourcesOf } from "./style.js";
import { positionOf } from "./tip.js";

// ``lineAt`` leads from a place to the address of a card about a line there: lines lie over parcels. ``casesAt`` shows the
// cases there, which lie over both.
export function watchCard(map, table, names, settings, words, lineAt, casesAt) {
  const layers = sourcesOf(table).map((source) => `${source}-fill`);
  const overview = document.getElementById("map-overview");
  const card = document.getElementById("map-card");
  const body = document.getElementById("map-card-body");
  const back = document.getElementById("map-back");
  const position = positionOf(table);
  let chosen = [];

  const mark = (number) => {
    for (const place of chosen) map.setFeatureState(place, { chosen: false });
    chosen = sourcesOf(table).map((source) => ({ source, ...(table.shapes ? {} : { sourceLayer: "parcels" }), id: number }));
    if (number === null) chosen = [];
    for (const place of chosen) map.setFeatureState(place, { chosen: true });
  };
  const remember = (parcel) => {
    const address = new URL(window.location.href);
    if (parcel) address.searchParams.set("parcel", parcel);
    else address.searchParams.delete("parcel");
    window.history.replaceState(null, "", address);
  };
  const show = (url) => {
    overview.hidden = true;
    card.hidden = false;
    body.textContent = words.loading;
    const closed = document.getElementById("side");
    closed.scrollTop = 0;
    window.htmx.ajax("GET", url, { target: body, swap: "innerHTML" }).catch(() => {
      body.textContent = words.not_read;
    });
    back.focus({ preventScroll: true });
  };
  const open = async (parcel, number) => {
    mark(number);
    remember(parcel);
    show(settings.card.replace("PARCEL", encodeURIComponent(parcel)));
  };
  const close = () => {
    mark(null);
    remember(null);
    card.hidden = true;
    overview.hidden = false;
  };

  const showPart = (part) => {
    overview.hidden = true;
    card.hidden = false;
    body.replaceChildren(part);
    back.focus({ preventScroll: true });
  };

  map.on("click", async (event) => {
    if (casesAt(event.point, showPart)) return mark(null);
    const line = lineAt(event.point);
    if (line) {
      mark(null);
      return show(line);
    }
    const [feature] = map.queryRenderedFeatures(event.point, { layers });
    if (!feature) return;
    const at = position(feature.id);
    const { parcels } = await names;
    if (at !== undefined && parcels[at]) open(parcels[at], feature.id);
  });
  back.addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !card.hidden && card.contains(document.activeElement)) close();
  });
  // The search box flies here instead of leaving the page.
  document.addEventListener("mujun:fly", async (event) => {
    event.preventDefault();
    const { longitude, latitude, kind, key, url } = event.detail;
    const town = table.towns.find((one) => kind === "town" && one.name === key);
    if (town) map.fitBounds(town.bounds, { padding: 40, maxZoom: 16, duration: 400 });
    else map.flyTo({ center: [longitude, latitude], zoom: Math.max(map.getZoom(), 16), duration: 600 });
    if (kind === "parcel") {
      const { parcels } = await names;
      const at = parcels.indexOf(key);
      open(key, at < 0 ? null : numbersOf(table)[at]);
    } else if (kind === "firm") show(url);
  });
  if (settings.wanted) {
    names.then(({ parcels }) => {
      const at = parcels.indexOf(settings.wanted);
      open(settings.wanted, at < 0 ? null : numbersOf(table)[at]);
    });
  }
}
