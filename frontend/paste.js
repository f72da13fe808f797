// <textarea data-paste> shows what was pasted from Excel as a small table below it.
function draw(area, target) {
  const rows = area.value
    .replace(/\r/g, "")
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => line.split("\t"));
  target.replaceChildren();
  if (!rows.length) return;
  const table = document.createElement("table");
  table.className = "table dense";
  for (const row of rows.slice(0, 20)) {
    const line = table.insertRow();
    for (const cell of row) line.insertCell().textContent = cell;
  }
  target.append(table);
}

export function watchPaste(root) {
  for (const area of root.querySelectorAll("textarea[data-paste]")) {
    const target = document.createElement("div");
    target.className = "table-wrap whole";
    area.after(target);
    area.addEventListener("input", () => draw(area, target));
    draw(area, target);
  }
}
