// Layers and colours. A parcel's colour is looked up by its number: tiles carry nothing else.
const NEAR = 12; // outlines and barriers from here on; farther out they are finer than a pixel

export function numbersOf(table) {
  return table.numbers === "all" ? Array.from({ length: table.count }, (_, i) => i + 1) : table.numbers;
}

// Class by number; -1 where the number is not in the table.
function classesByNumber(table, face) {
  const numbers = numbersOf(table);
  const classes = new Array((numbers.length ? Math.max(numbers[0], numbers[numbers.length - 1]) : 0) + 1).fill(-1);
  numbers.forEach((number, i) => {
    classes[number] = face.codes[i];
  });
  return classes;
}

function fillColour(table, face, hidden, token) {
  const ground = token("map-ground");
  if (!face || !table.count) return token("grade-none");
  const byClass = ["match", ["at", ["to-number", ["id"]], ["literal", classesByNumber(table, face)]]];
  face.colours.forEach((colour, index) => byClass.push(index, hidden.has(index) ? ground : token(colour)));
  return [...byClass, token("grade-none")];
}

function flag(name) {
  return ["boolean", ["feature-state", name], false];
}

const MARK_WIDTH = ["case", flag("chosen"), 3, flag("hover"), 2, 0];

function areaPaint(name, token) {
  return { "fill-color": token(`map-${name}`), "fill-antialias": false };
}

function barrierLayers(source, name, token) {
  const width = { road: 2.5, water: 4, rail: 2, bridge: 2 }[name];
  const paint = {
    "line-color": token(`map-${name}`),
    "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 9, width / 4, 15, width * 2],
  };
  if (name === "rail") paint["line-dasharray"] = [4, 2];
  if (name === "bridge") paint["line-dasharray"] = [1, 1];
  return { id: `${source}-${name}`, type: "line", source, "source-layer": name, minzoom: NEAR, paint };
}

// Style of one archive of tiles; a firm's own shapes have no layers inside.
function layersOf(source, table, face, hidden, token, tiled) {
  const inside = tiled ? { "source-layer": "parcels" } : {};
  const far = tiled
    ? ["road", "water", "rail", "bridge"].flatMap((name) => [
        {
          id: `${source}-${name}-area`,
          type: "fill",
          source,
          "source-layer": `${name}_area`,
          minzoom: NEAR,
          paint: areaPaint(name, token),
        },
        barrierLayers(source, name, token),
      ])
    : [];
  return [
    ...far,
    {
      id: `${source}-fill`,
      type: "fill",
      source,
      ...inside,
      paint: { "fill-color": fillColour(table, face, hidden, token), "fill-antialias": false },
    },
    {
      id: `${source}-line`,
      type: "line",
      source,
      ...inside,
      minzoom: tiled ? NEAR : 0,
      paint: { "line-color": token("map-outline"), "line-width": 0.6 },
    },
    // Over all other outlines: what is chosen and what is under the mouse.
    {
      id: `${source}-mark`,
      type: "line",
      source,
      ...inside,
      minzoom: tiled ? NEAR : 0,
      paint: { "line-color": token("text"), "line-width": MARK_WIDTH },
    },
  ];
}

function sourceOf(set) {
  return {
    type: "vector",
    tiles: [window.location.origin + set.tiles],
    minzoom: set.min_zoom,
    maxzoom: set.max_zoom,
    bounds: set.bounds,
  };
}

export function sourcesOf(table) {
  return table.shapes ? ["own"] : table.sets.map((_, index) => `set${index}`);
}

export function styleOf(table, face, hidden, settings, token) {
  const sources = table.shapes
    ? { own: { type: "geojson", data: table.shapes } }
    : Object.fromEntries(table.sets.map((set, index) => [`set${index}`, sourceOf(set)]));
  const layers = [{ id: "ground", type: "background", paint: { "background-color": token("map-ground") } }];
  if (settings.basemap) {
    settings.basemap.tiles.forEach((address, index) => {
      sources[`base${index}`] = { type: "raster", tiles: [address], tileSize: 256, maxzoom: 18 };
      layers.push({ id: `base${index}`, type: "raster", source: `base${index}` });
    });
  }
  for (const source of sourcesOf(table)) {
    layers.push(...layersOf(source, table, face, hidden, token, !table.shapes));
  }
  return { version: 8, sources, layers };
}

// What changes with the chosen measure, the ticked classes, and with light and dark.
export function* paints(map, table, face, hidden, token) {
  yield ["ground", "background-color", token("map-ground")];
  for (const source of sourcesOf(table)) {
    yield [`${source}-fill`, "fill-color", fillColour(table, face, hidden, token)];
    yield [`${source}-line`, "line-color", token("map-outline")];
    yield [`${source}-mark`, "line-color", token("text")];
    for (const name of table.shapes ? [] : ["road", "water", "rail", "bridge"]) {
      yield [`${source}-${name}-area`, "fill-color", token(`map-${name}`)];
      yield [`${source}-${name}`, "line-color", token(`map-${name}`)];
    }
  }
}
