// The same figures as a table, for readers who do not see the picture and for those who would rather read.
import { figure } from "./axes.js";
import { gapText } from "./front.js";
import { spanText } from "./gantt.js";

function rowsOf(kind, data) {
  if (kind === "waterfall") return [["", data.unit ?? ""], ...data.steps.map((step) => [step.label, figure(step.value)])];
  if (kind === "gantt") {
    return [["", data.planned, data.real], ...data.rows.map((row) => [row.label, spanText(row.planned), spanText(row.real)])];
  }
  if (kind === "front") {
    const head = [data.budget, `${data.objective} (${data.unit})`, data.bound, data.gap, data.area];
    const rows = data.points.map((point) => [figure(point.budget), figure(point.objective), figure(point.bound), gapText(point.gap), figure(point.area_mu)]);
    return [head, ...rows];
  }
  const head = ["", ...data.series.map((series) => (data.unit ? `${series.name} (${data.unit})` : series.name))];
  return [head, ...data.categories.map((name, i) => [name, ...data.series.map((series) => figure(series.values[i]))])];
}

export function tableOf(kind, data) {
  const details = document.createElement("details");
  details.className = "more";
  const summary = document.createElement("summary");
  summary.textContent = document.documentElement.lang === "en" ? "Show as a table" : "以表格显示";
  const wrap = document.createElement("div");
  wrap.className = "table-wrap whole";
  const table = document.createElement("table");
  table.className = "table dense";
  const [head, ...body] = rowsOf(kind, data);
  const headRow = table.createTHead().insertRow();
  head.forEach((text, i) => {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = text;
    if (i) cell.className = "number";
    headRow.append(cell);
  });
  const tbody = table.createTBody();
  for (const row of body) {
    const line = tbody.insertRow();
    row.forEach((text, i) => {
      const cell = document.createElement(i ? "td" : "th");
      if (i) cell.className = "number";
      else cell.scope = "row";
      cell.textContent = text;
      line.append(cell);
    });
  }
  wrap.append(table);
  details.append(summary, wrap);
  return details;
}
