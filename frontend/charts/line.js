// {unit, categories: [], series: [{name, values: [], colour}]}; gaps stay gaps.
import { categoryAxis, colourOf, frame, valueAxis } from "./axes.js";

const SYMBOLS = ["circle", "rect", "triangle", "diamond"];

export function line(data, colours) {
  return {
    ...frame(colours, data),
    legend: { show: data.series.length > 1, top: 0, right: 0, textStyle: { color: colours.text } },
    xAxis: categoryAxis(colours, data.categories),
    yAxis: { ...valueAxis(colours, data.unit), scale: Boolean(data.scale) },
    series: data.series.map((series, index) => ({
      type: "line",
      name: series.name,
      data: series.values,
      symbol: SYMBOLS[index % SYMBOLS.length],
      symbolSize: 8,
      itemStyle: { color: colourOf(colours, series, index) },
      lineStyle: { color: colourOf(colours, series, index), width: 2 },
    })),
  };
}
