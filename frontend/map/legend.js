// The legend says what each colour means and how many parcels have it; ticking a class off fades it.

export function drawLegend(table, key, hidden, repaint) {
  const legend = document.getElementById("map-legend");
  const face = table.faces.find((one) => one.key === key);
  const title = legend.querySelector("legend");
  legend.replaceChildren(title);
  if (!face) return;
  face.labels.forEach((text, index) => {
    if (!face.counts[index] && index === face.labels.length - 1) return;
    const label = document.createElement("label");
    const tick = document.createElement("input");
    tick.type = "checkbox";
    tick.checked = !hidden.has(index);
    tick.disabled = !repaint;
    tick.addEventListener("change", () => {
      if (tick.checked) hidden.delete(index);
      else hidden.add(index);
      repaint();
    });
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.backgroundColor = `var(--${face.colours[index]})`;
    const name = document.createElement("span");
    name.textContent = text;
    const count = document.createElement("span");
    count.className = "count";
    count.textContent = (face.counts[index] ?? 0).toLocaleString("en-US");
    label.append(tick, swatch, name, count);
    legend.append(label);
  });
}

// Without a map the towns lead to their lists.
export function listTowns(table, words, zoomTo, listUrl) {
  if (!table.towns.length) return;
  document.getElementById("map-towns").hidden = false;
  const list = document.getElementById("map-town-list");
  for (const town of table.towns) {
    const item = document.createElement("li");
    const opener = document.createElement(zoomTo ? "button" : "a");
    if (zoomTo) {
      opener.type = "button";
      opener.addEventListener("click", () => zoomTo(town.bounds));
      opener.title = words.town.replace("{town}", town.name);
    } else opener.href = `${listUrl}?town=${encodeURIComponent(town.name)}`;
    const name = document.createElement("span");
    name.textContent = town.name;
    const count = document.createElement("span");
    count.className = "count";
    count.textContent = `${town.parcels.toLocaleString("en-US")} ${words.parcels}`;
    opener.append(name, count);
    item.append(opener);
    list.append(item);
  }
}

