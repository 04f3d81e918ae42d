// The two charts over time.

import { clock, count, micros, rate } from "/text.js";
import { span, view } from "/address.js";

const MOST_BUCKETS = 1000;
const charts = {};
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Buckets without a request are not in the answer: here they become zeros, so that time runs evenly. */
export function buckets(timeline) {
  if (timeline.length === 0) {
    return { width: 10, rows: [] };
  }
  const width = timeline[0].seconds;
  const known = new Map(timeline.map((row) => [Date.parse(row.window_start) / 1000, row]));
  const range = span();
  const end = range.to ?? Date.now() / 1000;
  const first = range.from === null ? Math.min(...known.keys()) : Math.floor(range.from / width) * width;
  const last = view.since === "" ? Math.max(...known.keys()) : Math.min(end, Date.now() / 1000 + width);
  const nothing = { requests: 0, per_second: 0, errors: 0, p50_us: null, p95_us: null, p99_us: null, mean_us: null };
  const rows = [];
  for (let at = first; at <= last && rows.length < MOST_BUCKETS; at += width) {
    if (at === end) {
      break;
    }
    rows.push({ at, ...(known.get(at) ?? nothing) });
  }
  return { width, rows };
}

/** So wide is the scale of every chart: the same time is at the same place in each. */
const SCALE_WIDTH = 64;

function options(settings) {
  const ticks = { color: color("--faint"), maxRotation: 0 };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    layout: { autoPadding: false, padding: { right: 24 } },
    interaction: { mode: "index", intersect: false },
    scales: {
      x: { stacked: settings.stacked, offset: true, grid: { display: false }, ticks: { ...ticks, autoSkipPadding: 16 } },
      y: {
        stacked: settings.stacked,
        beginAtZero: true,
        grid: { color: color("--line") },
        border: { display: false },
        ticks: { ...ticks, display: settings.most > 0, maxTicksLimit: 6, callback: settings.format },
        afterFit: (scale) => (scale.width = SCALE_WIDTH),
      },
    },
    plugins: {
      legend: { align: "end", labels: { color: color("--text"), boxWidth: 12, boxHeight: 12 } },
      tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${settings.format(item.parsed.y)}` } },
      filler: { propagate: false },
    },
  };
}

function draw(id, type, timeline, sets, settings) {
  const data = { labels: timeline.rows.map((row) => clock(row.at, timeline.width)), datasets: sets };
  const canvas = document.getElementById(id);
  if (charts[id]) {
    Object.assign(charts[id], { data, options: options(settings) });
    charts[id].update();
  } else {
    charts[id] = new Chart(canvas, { type, data, options: options(settings) });
    selectByDragging(canvas, settings.choose);
  }
  charts[id].timeline = timeline;
  canvas.setAttribute("aria-label", settings.summary);
}

export function drawRate(timeline, choose) {
  const rows = timeline.rows;
  const bars = (label, name, value) => ({
    label,
    data: rows.map(value),
    backgroundColor: color(name),
    barPercentage: 1,
    categoryPercentage: 0.92,
  });
  const failed = (row) => (row.requests === 0 ? 0 : (row.per_second * row.errors) / row.requests);
  const sets = [
    bars("served", "--served", (row) => row.per_second - failed(row)),
    bars("errors", "--failed", failed),
  ];
  const most = Math.max(0, ...rows.map((row) => row.per_second));
  const errors = rows.reduce((sum, row) => sum + row.errors, 0);
  const summary = `Requests per second over time: at most ${rate(most)}; ${count(errors)} errors`;
  draw("rate", "bar", timeline, sets, { stacked: true, format: rate, most, summary, choose });
}

/** The bands between quantiles; one line of means where only sums are known. */
export function drawLatency(timeline, choose) {
  const rows = timeline.rows;
  const line = (label, key, name, band, fill) => ({
    label,
    data: rows.map((row) => row[key] ?? null),
    borderColor: color(name),
    backgroundColor: color(band),
    borderWidth: 2,
    // A bucket between two without requests shows where it is on the line that spans them.
    pointRadius: (point) =>
      [-1, 1].some((step) => (point.dataset.data[point.dataIndex + step] ?? null) !== null) ? 0 : 2,
    pointBackgroundColor: color(name),
    spanGaps: true,
    fill,
  });
  const isSpread = rows.some((row) => row.p50_us !== undefined && row.p50_us !== null);
  const sets = isSpread
    ? [
        line("p50", "p50_us", "--served", "--band-50", "origin"),
        line("p95", "p95_us", "--middle", "--band-95", "-1"),
        line("p99", "p99_us", "--failed", "--band-99", "-1"),
      ]
    : [line("mean", "mean_us", "--served", "--band-50", "origin")];
  const worst = Math.max(0, ...rows.map((row) => row.p99_us ?? row.mean_us ?? 0));
  const summary = `Latency over time: ${isSpread ? "p99" : "mean"} at most ${micros(worst)}`;
  draw("latency", "line", timeline, sets, { stacked: false, format: micros, most: worst, summary, choose });
}

/** From where the pointer goes down to where it goes up becomes the time range. */
function selectByDragging(canvas, choose) {
  let begin = null;
  const at = (event) => {
    const { timeline, scales } = charts[canvas.id];
    const index = scales.x.getValueForPixel(event.offsetX);
    return timeline.rows[Math.max(0, Math.min(timeline.rows.length - 1, index))]?.at;
  };
  canvas.addEventListener("pointerdown", (event) => (begin = event.pointerType === "touch" ? null : at(event)));
  canvas.addEventListener("pointerup", (event) => {
    const end = at(event);
    if (begin !== null && end !== undefined && begin !== end) {
      const iso = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19) + "Z";
      const width = charts[canvas.id].timeline.width;
      choose(iso(Math.min(begin, end)), iso(Math.max(begin, end) + width));
    }
    begin = null;
  });
}
