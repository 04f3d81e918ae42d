// The page: asks the same questions as the command line, every few seconds, and shows the answers.
// Whatever came from the wire is set as text, never as markup.

const REFRESH_MS = 5000;
const SECONDS = { "15m": 900, "1h": 3600, "6h": 21600, "1d": 86400, "1w": 604800 };
const element = (id) => document.getElementById(id);

/** What is asked for; kept in the address, so that a view can be sent to somebody and the back button works. */
const view = { range: "1h", host: null };

function readAddress() {
  const query = new URLSearchParams(location.search);
  const range = query.get("since");
  view.range = range === "" || Object.hasOwn(SECONDS, range ?? "none") ? range : "1h";
  view.host = query.get("host");
}

function change(part) {
  Object.assign(view, part);
  const query = new URLSearchParams({ since: view.range });
  if (view.host !== null) {
    query.set("host", view.host);
  }
  history.pushState(null, "", `?${query}`);
  show();
}

async function ask(question, parameters = {}) {
  const query = new URLSearchParams(parameters);
  if (view.range) {
    query.set("since", view.range);
  }
  if (view.host !== null) {
    query.set("host", view.host);
  }
  const response = await fetch(`/api/v1/${question}?${query}`);
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.error);
  }
  return answer;
}

// ---- Text

/** Characters that are invisible or turn the text's direction are written out, as on the command line. */
const plain = (text) =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);

const count = (n) => n.toLocaleString("en");

function bytes(n) {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[unit]}`;
}

function micros(us) {
  if (us === null || us === undefined) {
    return "–";
  }
  if (us < 1000) {
    return `${Math.round(us)} µs`;
  }
  return us < 1e6 ? `${(us / 1000).toFixed(us < 1e4 ? 1 : 0)} ms` : `${(us / 1e6).toFixed(1)} s`;
}

function share(part, whole) {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(part > 0 && part < whole ? 1 : 0)} %`;
}

// ---- Tables

/** One column: its head, the cell's text for a row, and whether a narrow screen leaves it out. */
const COLUMNS = {
  requests: { head: "requests", text: (row) => count(row.requests) },
  errors: { head: "errors", text: (row) => share(row.errors, row.requests) },
  bytes: { head: "sent", text: (row) => bytes(row.response_bytes), optional: true },
  mean: { head: "mean", text: (row) => micros(row.mean_us), optional: true },
  p95: { head: "p95", text: (row) => micros(row.p95_us), optional: true },
};

function cell(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

function fill(id, head, rows, name, columns, decorate = () => {}) {
  const top = document.createElement("thead");
  const heads = top.insertRow();
  heads.append(cell("th", head, "name"));
  columns.forEach((c) => heads.append(cell("th", c.head, c.optional ? "optional" : "")));
  const body = document.createElement("tbody");
  const most = Math.max(1, ...rows.map((row) => row.requests));
  for (const row of rows) {
    const line = body.insertRow();
    const first = cell("td", "", "name");
    const bar = cell("span", "", "bar");
    bar.style.width = `${(100 * row.requests) / most}%`;
    const label = cell("span", plain(name(row)), "label");
    first.title = plain(name(row));
    first.append(bar, label);
    decorate(row, first, label, bar);
    line.append(first);
    columns.forEach((c) => line.append(cell("td", c.text(row), c.optional ? "optional" : "")));
  }
  const table = element(id);
  // Whoever has a button of this table in focus keeps it when the rows are made anew.
  const focused = table.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  table.replaceChildren(top, body);
  if (focused !== undefined) {
    [...table.querySelectorAll("button")].find((b) => b.dataset.key === focused)?.focus();
  }
}

function asFilter(row, first, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.key = row.host;
  button.textContent = plain(row.host) || "(none)";
  button.title = "Show only this host";
  button.addEventListener("click", () => change({ host: row.host }));
  label.replaceWith(button);
}

// ---- Charts

const charts = {};
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function clock(seconds, width) {
  const iso = new Date(seconds * 1000).toISOString();
  if (width >= 86400) {
    return iso.slice(0, 10);
  }
  return width >= 3600 ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(11, width < 60 ? 19 : 16);
}

/** Buckets without a request are not in the answer: here they become zeros, so that time runs evenly. */
function buckets(timeline) {
  if (timeline.length === 0) {
    return { width: 10, rows: [] };
  }
  const width = timeline[0].seconds;
  const known = new Map(timeline.map((row) => [Date.parse(row.window_start) / 1000, row]));
  const first = Math.min(...known.keys());
  const last = Math.max(...known.keys());
  const nothing = { requests: 0, errors: 0, p50_us: null, p95_us: null, p99_us: null };
  const rows = [];
  const end = Date.now() / 1000;
  const start = view.range === "" ? 0 : end - SECONDS[view.range];
  for (let at = first; at <= last && rows.length < 1000; at += width) {
    // The first and the last bucket lie in the range with a part only: they are measured by that part.
    const seconds = Math.max(10, Math.min(at + width, end) - Math.max(at, start));
    rows.push({ at, seconds, ...(known.has(at) ? { ...known.get(at), seconds } : nothing) });
  }
  return { width, rows };
}

function draw(id, type, labels, sets, options) {
  const grid = { color: color("--line") };
  const ticks = { color: color("--faint"), maxRotation: 0 };
  const data = { labels, datasets: sets };
  const settings = {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: "index", intersect: false },
    scales: {
      x: { stacked: options.stacked, grid: { display: false }, ticks: { ...ticks, maxTicksLimit: 10 } },
      y: {
        stacked: options.stacked,
        beginAtZero: true,
        grid,
        border: { display: false },
        ticks: { ...ticks, maxTicksLimit: 6, callback: options.format },
      },
    },
    plugins: {
      legend: { align: "end", labels: { color: color("--text"), boxWidth: 12, boxHeight: 12 } },
      tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${options.format(item.parsed.y)}` } },
    },
  };
  if (charts[id]) {
    Object.assign(charts[id], { data, options: settings });
    charts[id].update();
  } else {
    charts[id] = new Chart(element(id), { type, data, options: settings });
  }
}

const rate = (n) => (n >= 100 ? count(Math.round(n)) : String(Number(n.toFixed(2))));

function drawRate(labels, rows) {
  const bars = (label, name, value) => ({
    label,
    data: rows.map((row) => value(row) / row.seconds),
    backgroundColor: color(name),
    barPercentage: 1,
    categoryPercentage: 0.92,
  });
  const sets = [
    bars("served", "--served", (row) => row.requests - row.errors),
    bars("errors", "--failed", (row) => row.errors),
  ];
  draw("rate", "bar", labels, sets, { stacked: true, format: rate });
}

function drawLatency(labels, rows) {
  const line = (label, name, key) => ({
    label,
    data: rows.map((row) => row[key]),
    borderColor: color(name),
    backgroundColor: color(name),
    borderWidth: 2,
    pointRadius: rows.length === 1 ? 3 : 0,
    tension: 0,
  });
  const sets = [line("p50", "--served", "p50_us"), line("p95", "--middle", "p95_us"), line("p99", "--failed", "p99_us")];
  draw("latency", "line", labels, sets, { stacked: false, format: micros });
}

// ---- The page

function totals(status, latency) {
  const sum = (key) => status.reduce((total, row) => total + row[key], 0);
  const requests = sum("requests");
  element("total-requests").textContent = count(requests);
  element("total-errors").textContent = share(sum("errors"), requests);
  element("total-bytes").textContent = bytes(sum("response_bytes"));
  element("total-p95").textContent = latency.length === 0 ? "–" : micros(latency[0].p95_us);
  element("empty").hidden = requests > 0 || view.range === "";
}

let asked = 0;

async function show() {
  const mine = ++asked;
  element("range").value = view.range;
  element("host").hidden = view.host === null;
  element("host").textContent = view.host === null ? "" : `host ${plain(view.host) || "(none)"} ✕`;
  try {
    const [timeline, whole, hosts, status, urls, clients, methods] = await Promise.all([
      ask("timeline", { limit: "120" }),
      ask("total"),
      ask("hosts", { limit: "10" }),
      ask("status"),
      ask("urls", { limit: "10" }),
      ask("clients", { limit: "10" }),
      ask("methods", { limit: "10" }),
    ]);
    if (mine !== asked) {
      return; // Something else was asked for in the meantime.
    }
    totals(status, whole);
    const { width, rows } = buckets(timeline);
    const labels = rows.map((row) => clock(row.at, width));
    drawRate(labels, rows);
    drawLatency(labels, rows);
    const sums = [COLUMNS.requests, COLUMNS.errors, COLUMNS.bytes, COLUMNS.mean];
    fill("hosts", "host", hosts, (row) => row.host, [...sums.slice(0, 3), COLUMNS.p95], asFilter);
    fill("status", "class", status, (row) => row.status, [COLUMNS.requests, COLUMNS.bytes, COLUMNS.mean], (row, first, label, bar) =>
      bar.classList.toggle("failed", row.errors > 0));
    fill("urls", view.host === null ? "host and path" : "path", urls,
      (row) => (view.host === null ? row.host : "") + row.path, sums);
    fill("clients", "client", clients, (row) => row.client, [COLUMNS.requests]);
    fill("methods", "method", methods, (row) => row.method, sums);
    state(`updated ${new Date().toISOString().slice(11, 19)}`, false);
  } catch (e) {
    if (mine === asked) {
      state(e instanceof TypeError ? "the query service does not answer; trying again" : e.message, true);
    }
  }
}

function state(text, trouble) {
  element("state").textContent = text;
  element("state").classList.toggle("trouble", trouble);
}

function main() {
  element("range").addEventListener("change", (event) => change({ range: event.target.value }));
  element("host").addEventListener("click", () => change({ host: null }));
  element("everything").addEventListener("click", () => change({ range: "" }));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && view.host !== null) {
      change({ host: null });
    }
  });
  addEventListener("popstate", () => {
    readAddress();
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  readAddress();
  show();
  setInterval(() => document.hidden || show(), REFRESH_MS);
}

main();
