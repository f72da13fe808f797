// {unit, categories: [], series: [{name, values: [], colour}], stacked, horizontal}
import { categoryAxis, colourOf, frame, valueAxis } from "./axes.js";

export function bars(data, colours) {
  const category = categoryAxis(colours, data.categories);
  const value = valueAxis(colours, data.unit);
  const many = data.series.length > 1;
  // Long names beside lying bars break into lines instead of running off the picture.
  if (data.horizontal) Object.assign(category.axisLabel, { width: 120, overflow: "break" });
  return {
    ...frame(colours, data),
    legend: { show: many, top: 0, right: 0, textStyle: { color: colours.text } },
    xAxis: data.horizontal ? value : category,
    yAxis: data.horizontal ? { ...category, inverse: true } : value,
    series: data.series.map((series, index) => ({
      type: "bar",
      name: series.name,
      stack: data.stacked ? "all" : undefined,
      barMaxWidth: 40,
      data: series.values,
      itemStyle: { color: colourOf(colours, series, index) },
    })),
  };
}
