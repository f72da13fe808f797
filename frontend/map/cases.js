// Open cases as points over the parcels, coloured and shaped by their light; read when they are switched on.
const LOOKS = { red: ["danger", 7.5], yellow: ["warning", 6.5], green: ["success", 5.5], grey: ["text-2", 5] };

function paintOf(token) {
  const cases = Object.entries(LOOKS);
  const colours = cases.flatMap(([light, [colour]]) => [light, token(colour)]);
  const sizes = cases.flatMap(([light, [, size]]) => [light, size]);
  return {
    "circle-color": ["match", ["get", "light"], ...colours, token("text-2")],
    "circle-radius": ["match", ["get", "light"], ...sizes, 5],
    "circle-stroke-color": token("surface"),
    "circle-stroke-width": 1.5,
  };
}

function cardOf(found) {
  const list = document.createElement("ul");
  list.className = "case-lines";
  for (const { properties: one } of found) {
    const item = Object.assign(document.createElement("li"), { className: `case-line ${one.light}` });
    const link = Object.assign(document.createElement("a"), { href: one.url });
    const marks = Object.assign(document.createElement("span"), { className: "case-marks" });
    marks.append(Object.assign(document.createElement("span"), { className: `case-light ${one.light}`, textContent: one.word }));
    const about = Object.assign(document.createElement("span"), { className: "small muted", textContent: `${one.list_title} · ${one.number}` });
    link.append(Object.assign(document.createElement("strong"), { textContent: one.title }), about, marks);
    item.append(link);
    list.append(item);
  }
  return list;
}

// Returns what shows the cases at a place of the map, and whether there were any.
export function watchCases(map, words, token) {
  const section = document.getElementById("cases-layer");
  if (!section) return () => false;
  const [on, hint] = ["cases-on", "cases-hint"].map((id) => document.getElementById(id));
  const choice = document.getElementById("cases-list");
  const loaded = new Promise((done) => map.once("load", done));
  let asked = 0;
  const update = async () => {
    const number = ++asked;
    hint.hidden = !on.checked;
    if (choice) choice.parentElement.hidden = !on.checked;
    if (!on.checked) {
      if (map.getLayer("cases")) map.setLayoutProperty("cases", "visibility", "none");
      return;
    }
    hint.textContent = words.loading;
    try {
      const answer = await fetch(`${section.dataset.points}?list=${encodeURIComponent(choice?.value ?? "")}`);
      if (!answer.ok) throw new Error(`cases: ${answer.status}`);
      const found = await answer.json();
      await loaded;
      if (number !== asked) return;
      if (map.getSource("cases")) map.getSource("cases").setData(found);
      else {
        map.addSource("cases", { type: "geojson", data: found });
        map.addLayer({ id: "cases", type: "circle", source: "cases", paint: paintOf(token) });
      }
      map.setLayoutProperty("cases", "visibility", "visible");
      hint.textContent = section.dataset.count.replace("{n}", found.features.length.toLocaleString("en-US"));
      section.dataset.drawn = String(found.features.length);
    } catch (error) {
      console.error(error);
      hint.textContent = words.failed;
    }
  };
  on.addEventListener("change", update);
  choice?.addEventListener("change", update);
  document.addEventListener("mujun:theme", () => {
    if (!map.getLayer("cases")) return;
    for (const [name, value] of Object.entries(paintOf(token))) map.setPaintProperty("cases", name, value);
  });
  update();
  return (point, show) => {
    if (!on.checked || !map.getLayer("cases")) return false;
    const box = [[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]];
    const found = map.queryRenderedFeatures(box, { layers: ["cases"] });
    if (found.length) show(cardOf(found));
    return found.length > 0;
  };
}
