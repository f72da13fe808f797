// {unit, steps: [{label, value, kind: "item" | "total", note}]}: each item starts where the one before it ended.
import { categoryAxis, figure, frame, valueAxis } from "./axes.js";

export function waterfall(data, colours) {
  let level = 0;
  const base = [];
  const shown = [];
  for (const step of data.steps) {
    const value = Number(step.value ?? 0);
    const from = step.kind === "total" ? 0 : level;
    level = step.kind === "total" ? value : level + value;
    // Bars are drawn between two levels, so that a step may cross zero.
    base.push([from, level]);
    const colour = step.kind === "total" ? colours["text-2"] : value < 0 ? colours["grade-d"] : colours.accent;
    shown.push({ value: level, step, from, to: level, itemStyle: { color: colour } });
  }
  return {
    ...frame(colours, data),
    tooltip: {
      ...frame(colours, data).tooltip,
      formatter: (points) => {
        const { step } = shown[points[0].dataIndex];
        const box = document.createElement("div");
        box.append(step.label, document.createElement("br"), figure(step.value, data.unit));
        if (step.note) box.append(document.createElement("br"), step.note);
        return box;
      },
    },
    xAxis: categoryAxis(colours, data.steps.map((step) => step.label)),
    yAxis: valueAxis(colours, data.unit),
    series: [
      {
        type: "bar",
        stack: "level",
        silent: true,
        itemStyle: { color: "transparent" },
        data: base.map(([from, to]) => (from < 0 !== to < 0 && from !== 0 && to !== 0 ? 0 : from < 0 || to < 0 ? Math.max(from, to) : Math.min(from, to))),
      },
      {
        type: "bar",
        stack: "level",
        barMaxWidth: 56,
        data: shown.map((bar, index) => {
          const [from, to] = base[index];
          const start = from < 0 || to < 0 ? Math.max(from, to) : Math.min(from, to);
          const end = from < 0 || to < 0 ? Math.min(from, to) : Math.max(from, to);
          return { value: end - start, itemStyle: bar.itemStyle };
        }),
        label: {
          show: true,
          position: "top",
          color: colours.text,
          formatter: ({ dataIndex }) => figure(shown[dataIndex].step.value),
        },
      },
    ],
  };
}
