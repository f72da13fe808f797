// Who is adjacent to whom: a line between two parcels, by kind. Read when it is switched on, drawn from near.
const NEAR = 14; // farther out parcels are a few pixels wide
const LOOKS = {
  refused: { colour: "danger", width: 2, dash: [1, 2] },
  touches: { colour: "text", width: 2 },
  faces: { colour: "accent", width: 2, dash: [4, 2] },
  bridged: { colour: "kind-4", width: 2.5, dash: [1, 1] },
  decided: { colour: "success", width: 3.5, dash: [5, 1.5, 1, 1.5] },
};
const layerOf = (kind) => `adjacency-${kind}`;

// Three numbers a line: its two ends among the points, and its row.
function featuresOf(found) {
  return Object.entries(found.lines).flatMap(([kind, numbers]) => {
    const features = [];
    for (let at = 0; at < numbers.length; at += 3) {
      const ends = [found.points[numbers[at]], found.points[numbers[at + 1]]];
      const properties = { kind, row: numbers[at + 2] };
      features.push({ type: "Feature", properties, geometry: { type: "LineString", coordinates: ends } });
    }
    return features;
  });
}

function addLayers(map, found, token) {
  const data = { type: "FeatureCollection", features: featuresOf(found) };
  map.addSource("adjacency", { type: "geojson", data, tolerance: 0, buffer: 8, maxzoom: 16 });
  // Under every line one of the ground's colour, so that it is seen on whatever fill.
  const common = { type: "line", source: "adjacency", minzoom: NEAR };
  map.addLayer({ ...common, id: layerOf("ground"), paint: { "line-color": token("surface"), "line-width": 5, "line-opacity": 0.75 } });
  for (const [kind, look] of Object.entries(LOOKS)) {
    const paint = { "line-color": token(look.colour), "line-width": look.width };
    if (look.dash) paint["line-dasharray"] = look.dash;
    map.addLayer({ ...common, id: layerOf(kind), filter: ["==", ["get", "kind"], kind], paint });
  }
}

function repaint(map, token) {
  if (!map.getSource("adjacency")) return;
  map.setPaintProperty(layerOf("ground"), "line-color", token("surface"));
  for (const [kind, look] of Object.entries(LOOKS)) map.setPaintProperty(layerOf(kind), "line-color", token(look.colour));
}

// Returns what leads from a place on the map to the address of the line there, or to nothing.
export function watchAdjacency(map, words, token) {
  const section = document.getElementById("adjacency");
  if (!section) return () => null;
  const [on, kinds, hint] = ["adjacency-on", "adjacency-kinds", "adjacency-hint"].map((id) => document.getElementById(id));
  const sentence = hint.textContent;
  const ticks = [...kinds.querySelectorAll("[data-kind]")];
  const chosen = () => (on.checked ? ticks.filter((tick) => tick.checked).map((tick) => tick.dataset.kind) : []);
  const loaded = new Promise((done) => map.once("load", done));
  let reading = null;
  const read = async () => {
    const answer = await fetch(section.dataset.lines);
    if (!answer.ok) throw new Error(`adjacency: ${answer.status}`);
    const found = await answer.json();
    await loaded;
    addLayers(map, found, token);
  };
  const show = () => {
    const shown = chosen();
    for (const kind of Object.keys(LOOKS)) map.setLayoutProperty(layerOf(kind), "visibility", shown.includes(kind) ? "visible" : "none");
    map.setLayoutProperty(layerOf("ground"), "visibility", shown.length ? "visible" : "none");
    map.setFilter(layerOf("ground"), ["in", ["get", "kind"], ["literal", shown]]);
  };
  const update = async () => {
    kinds.hidden = hint.hidden = !on.checked;
    if (on.checked) document.getElementById("adjacency-rule").open = true;
    if (!on.checked && !reading) return;
    hint.textContent = words.loading;
    try {
      reading ??= read();
      await reading;
      hint.textContent = sentence;
      show();
    } catch (error) {
      console.error(error);
      reading = null;
      hint.textContent = words.failed;
    }
  };
  on.addEventListener("change", () => {
    // Where legend and rule scroll by themselves beside the map, they come into sight.
    const side = document.getElementById("side");
    if (on.checked) side.scrollTop = section.offsetTop - side.offsetTop;
    update();
  });
  for (const tick of ticks) tick.addEventListener("change", update);
  document.addEventListener("mujun:theme", () => repaint(map, token));
  update();
  return (point) => {
    const layers = chosen().map(layerOf).filter((id) => map.getLayer(id));
    if (!layers.length) return null;
    const box = [
      [point.x - 4, point.y - 4],
      [point.x + 4, point.y + 4],
    ];
    const [line] = map.queryRenderedFeatures(box, { layers });
    if (!line) return null;
    return `${section.dataset.pair}?${line.properties.kind === "refused" ? "refused" : "edge"}=${line.properties.row}`;
  };
}
