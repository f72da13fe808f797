// {unit, steps: [{label, value, kind: "item" | "total", note}]}: each item starts where the one before it ended.
import { categoryAxis, figure, frame, valueAxis } from "./axes.js";

// Levels between which each bar is drawn; a total stands on the ground.
function spans(steps) {
  let level = 0;
  return steps.map((step) => {
    const value = Number(step.value ?? 0);
    const from = step.kind === "total" ? 0 : level;
    level = from + value;
    return { low: Math.min(from, level), high: Math.max(from, level) };
  });
}

// A bar over the ground has a clear foot below it, one under the ground a clear head; one across has neither.
function pieces({ low, high }) {
  if (low >= 0) return { clear: low, above: high - low, below: 0 };
  if (high <= 0) return { clear: high, above: 0, below: low - high };
  return { clear: 0, above: high, below: low };
}

function colourOfStep(step, colours) {
  if (step.kind === "total") return colours["text-2"];
  return Number(step.value ?? 0) < 0 ? colours["grade-d"] : colours.accent;
}

function tip(step, unit) {
  const box = document.createElement("div");
  box.append(step.label, document.createElement("br"), figure(step.value, unit));
  if (step.note) box.append(document.createElement("br"), step.note);
  return box;
}

export function waterfall(data, colours) {
  const bars = spans(data.steps).map(pieces);
  const part = (name, more) => ({
    type: "bar",
    stack: "level",
    barMaxWidth: 56,
    data: bars.map((bar, i) => ({
      value: bar[name],
      itemStyle: { color: name === "clear" ? "transparent" : colourOfStep(data.steps[i], colours) },
    })),
    ...more,
  });
  const label = (name, position) => ({
    show: true,
    position,
    color: colours.text,
    formatter: ({ dataIndex }) => (bars[dataIndex][name] ? figure(data.steps[dataIndex].value) : ""),
  });
  const common = frame(colours, data);
  return {
    ...common,
    tooltip: { ...common.tooltip, formatter: (points) => tip(data.steps[points[0].dataIndex], data.unit) },
    xAxis: categoryAxis(colours, data.steps.map((step) => step.label)),
    yAxis: valueAxis(colours, data.unit),
    series: [
      part("clear", { silent: true }),
      part("above", { label: label("above", "top") }),
      part("below", {
        label: {
          ...label("below", "bottom"),
          formatter: ({ dataIndex }) =>
            bars[dataIndex].below && !bars[dataIndex].above ? figure(data.steps[dataIndex].value) : "",
        },
      }),
    ],
  };
}
