// {budget, objective, unit, bound, area, gap, now, at, points: [{budget, objective, bound, area_mu, gap}]}
// What each budget buys at best, and what no plan of that budget exceeds.
import { figure, frame, valueAxis } from "./axes.js";

export function gapText(gap) {
  return gap === null || gap === undefined ? "—" : `${figure(gap * 100)} %`;
}

function tip(point, data) {
  const box = document.createElement("div");
  const name = document.createElement("strong");
  name.textContent = `${data.budget} ${figure(point.budget)}`;
  const lines = [
    `${data.objective} ${figure(point.objective, data.unit)}`,
    `${data.bound} ${figure(point.bound, data.unit)}`,
    `${data.area} ${figure(point.area_mu)}`,
    `${data.gap} ${gapText(point.gap)}`,
  ];
  box.append(name);
  for (const line of lines) box.append(document.createElement("br"), line);
  return box;
}

export function front(data, colours) {
  const common = frame(colours, data);
  const points = data.points;
  const budgets = valueAxis(colours, "");
  const series = [
    {
      type: "line",
      name: data.bound,
      symbol: "none",
      lineStyle: { color: colours["grade-t"], type: "dashed", width: 1.5 },
      itemStyle: { color: colours["grade-t"] },
      data: points.map((point) => [point.budget, point.bound]),
    },
    {
      type: "line",
      name: data.objective,
      symbolSize: 8,
      lineStyle: { color: colours.accent },
      itemStyle: { color: colours.accent },
      data: points.map((point) => [point.budget, point.objective]),
    },
  ];
  if (data.at !== null && data.at !== undefined) {
    series[1].markLine = {
      silent: true,
      symbol: "none",
      lineStyle: { color: colours.danger, type: "dashed" },
      label: { formatter: data.now, color: colours.danger, position: "insideEndTop" },
      data: [{ xAxis: data.at }],
    };
  }
  return {
    ...common,
    grid: { ...common.grid, top: 52, bottom: 28 },
    legend: { top: 0, right: 0, textStyle: { color: colours.text } },
    tooltip: { ...common.tooltip, axisPointer: { type: "line" }, formatter: (at) => tip(points[at[0].dataIndex], data) },
    xAxis: { ...budgets, min: 0, name: data.budget, nameLocation: "middle", nameGap: 26, nameTextStyle: { color: colours["text-2"] }, axisLabel: { ...budgets.axisLabel, hideOverlap: true } },
    yAxis: { ...valueAxis(colours, data.unit), nameTextStyle: { color: colours["text-2"], align: "left" } },
    series,
  };
}
