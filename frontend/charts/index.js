// Draws every <figure data-chart="kind" data-source="id"> from the JSON element of that id, with the same figures
// as a table below it. Kinds: waterfall, bars, line, gantt, front (docs/reference/components.md).
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { token } from "../theme.js";
import { bars } from "./bars.js";
import { front } from "./front.js";
import { gantt } from "./gantt.js";
import { line } from "./line.js";
import { tableOf } from "./table.js";
import { waterfall } from "./waterfall.js";

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

const KINDS = { waterfall, bars, line, gantt, front };
const drawn = new Set();

function colours() {
  const names = ["accent", "text", "text-2", "line", "line-strong", "surface", "success", "danger", "grade-a", "grade-b", "grade-c", "grade-d", "grade-c-minus", "grade-t", "grade-none"];
  return Object.fromEntries(names.map((name) => [name, token(name)]));
}

function draw(figure) {
  const data = JSON.parse(document.getElementById(figure.dataset.source).textContent);
  const kind = KINDS[figure.dataset.chart];
  if (!kind) throw new Error(`No chart of kind ${figure.dataset.chart}`);
  let canvas = figure.querySelector(".canvas");
  if (!canvas) {
    canvas = document.createElement("div");
    canvas.className = "canvas";
    figure.prepend(canvas);
    if (figure.dataset.table !== "below") figure.append(tableOf(figure.dataset.chart, data));
    drawn.add(figure);
  }
  echarts.getInstanceByDom(canvas)?.dispose();
  const chart = echarts.init(canvas, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    // By name: "inherit" cannot be measured, and labels measured wrongly are cut off.
    textStyle: { fontFamily: getComputedStyle(figure).fontFamily, color: token("text") },
    ...kind(data, colours()),
  });
  new ResizeObserver(() => chart.resize()).observe(canvas);
}

export function drawAll(root) {
  const figures = [...root.querySelectorAll("[data-chart]")];
  if (root.matches?.("[data-chart]")) figures.push(root);
  for (const figure of figures) if (!drawn.has(figure)) draw(figure);
}

document.addEventListener("mujun:theme", () => {
  for (const figure of drawn) {
    if (figure.isConnected) draw(figure);
    else drawn.delete(figure);
  }
});
