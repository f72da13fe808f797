// What all charts share: quiet axes, a tooltip in the page's colours, figures with thousands separators.
export function figure(value, unit = "") {
  if (value === null || value === undefined || Number.isNaN(value)) return "—";
  const text = Number(value).toLocaleString("en-US", { maximumFractionDigits: 4 });
  return unit ? `${text} ${unit}` : text;
}

export function frame(colours, data) {
  return {
    grid: { left: 8, right: 24, top: 34, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.text },
      valueFormatter: (value) => figure(value, data.unit),
      confine: true,
    },
  };
}

export function categoryAxis(colours, categories) {
  return {
    type: "category",
    data: categories,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colours["line-strong"] } },
    axisLabel: { color: colours["text-2"], interval: 0, hideOverlap: true },
  };
}

export function valueAxis(colours, unit) {
  return {
    type: "value",
    name: unit ?? "",
    nameTextStyle: { color: colours["text-2"], align: "right" },
    axisLabel: { color: colours["text-2"], formatter: (value) => figure(value) },
    splitLine: { lineStyle: { color: colours.line } },
  };
}

// Series take the colour they name (a token such as "grade-a") or one of these in turn.
const TURN = ["accent", "grade-c", "grade-a", "grade-d", "grade-t", "grade-b"];

export function colourOf(colours, series, index) {
  return colours[series.colour] ?? colours[TURN[index % TURN.length]];
}
