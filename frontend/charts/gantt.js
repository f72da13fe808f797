// {today, now, planned, real, rows: [{label, planned: [from, to], real: [from, to], open, late, note}]}; days as ISO.
import { frame } from "./axes.js";

const DAY = 86_400_000;

// Days since 1970, so that bars of days can be stacked.
function dayOf(text) {
  return Date.parse(`${text}T00:00:00Z`) / DAY;
}

function textOf(day) {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

export function spanText(span) {
  if (!span) return "—";
  return span[0] === span[1] ? span[1] : `${span[0]} – ${span[1]}`;
}

function ends(data) {
  const days = [dayOf(data.today)];
  for (const row of data.rows) for (const span of [row.planned, row.real]) if (span) days.push(...span.map(dayOf));
  const low = Math.min(...days);
  const high = Math.max(...days);
  const room = Math.max(3, Math.round((high - low) / 30));
  return [low - room, high + room];
}

// A bar begins where a clear one ends. A stage done within a day is still to be seen.
function pair(data, key, low, least, colour, style) {
  const bar = (row) => (row[key] ? Math.max(dayOf(row[key][1]) - dayOf(row[key][0]), least) : 0);
  const foot = (row) => (row[key] ? Math.min(dayOf(row[key][0]), dayOf(row[key][1]) - bar(row)) - low : 0);
  return [
    { type: "bar", stack: key, silent: true, barWidth: 8, itemStyle: { color: "transparent" }, data: data.rows.map(foot) },
    {
      type: "bar",
      stack: key,
      name: data[key],
      barWidth: 8,
      itemStyle: { color: colour },
      data: data.rows.map((row) => ({ value: bar(row), itemStyle: style(row) })),
    },
  ];
}

function tip(row, data) {
  const box = document.createElement("div");
  const name = document.createElement("strong");
  name.textContent = row.note ? `${row.label} (${row.note})` : row.label;
  box.append(name);
  for (const key of ["planned", "real"]) {
    if (row[key]) box.append(document.createElement("br"), `${data[key]} ${spanText(row[key])}`);
  }
  return box;
}

export function gantt(data, colours) {
  const [low, high] = ends(data);
  const least = Math.max(1, (high - low) / 120);
  const common = frame(colours, data);
  const text = { color: colours["text-2"] };
  const real = (row) => ({ color: row.late ? colours.danger : colours.accent, opacity: row.open ? 0.55 : 1 });
  const series = [
    ...pair(data, "planned", low, least, colours["grade-t"], () => ({})),
    ...pair(data, "real", low, least, colours.accent, real),
  ];
  series[1].markLine = {
    silent: true,
    symbol: "none",
    lineStyle: { color: colours.danger, type: "dashed" },
    label: { formatter: data.now, color: colours.danger, position: "start" },
    data: [{ xAxis: dayOf(data.today) - low }],
  };
  return {
    ...common,
    grid: { ...common.grid, top: 52 }, // the word for today stands between the legend and the bars
    legend: { data: [data.planned, data.real], top: 0, right: 0, textStyle: { color: colours.text } },
    tooltip: { ...common.tooltip, formatter: (points) => tip(data.rows[points[0].dataIndex], data) },
    xAxis: {
      type: "value",
      min: 0,
      max: high - low,
      axisLabel: { ...text, hideOverlap: true, formatter: (value) => textOf(value + low).slice(0, 7) },
      splitLine: { lineStyle: { color: colours.line } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: data.rows.map((row) => row.label),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours["line-strong"] } },
      axisLabel: text,
    },
    series,
  };
}
