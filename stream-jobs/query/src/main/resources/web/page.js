// The page: asks the same questions as the command line, every few seconds, and shows the answers.

import { DIMENSIONS, OF_SINGLE_REQUESTS, parameters, readAddress, view, writeAddress } from "/address.js";
import { buckets, drawLatency, drawRate } from "/charts.js";
import { packets, records, stage } from "/ledger.js";
import { cell, COLUMNS, fill, filterButton, nothing, replace } from "/tables.js";
import { bytes, count, micros, named, plain, share } from "/text.js";

const REFRESH_MS = 5000;
const TAIL_MS = 2000;
const TAIL_ROWS = "20";
const TOP_ROWS = "10";
/** A sensor reports every ten seconds. */
const SILENT_MS = 60_000;
/** Answers that take long are asked for less often: at most this part of the time goes by with asking. */
const IDLE_FACTOR = 4;

const element = (id) => document.getElementById(id);
const ALL = Object.keys(DIMENSIONS);

const { requests, errors, sent, latency } = COLUMNS;
const TABLES = [
  { id: "hosts", head: "host", keys: ["host"], name: (row) => row.host, columns: [requests, errors, sent, latency] },
  {
    id: "urls",
    head: "path",
    keys: ["host", "template"],
    name: (row) => (Object.hasOwn(view.filters, "host") ? "" : row.host) + row.template,
    columns: [requests, errors, sent, latency],
  },
  {
    id: "status",
    head: "class",
    keys: ["status"],
    name: (row) => row.status,
    columns: [requests, sent, latency],
    failed: (row) => row.errors > 0,
  },
  { id: "methods", head: "method", keys: ["method"], name: (row) => row.method, columns: [requests, errors, latency] },
  { id: "clients", head: "client", keys: ["client"], name: (row) => row.client, columns: [requests] },
  { id: "agents", head: "user agent", keys: ["user_agent"], name: (row) => row.user_agent, columns: [requests] },
  { id: "referrers", head: "referrer", keys: ["referrer"], name: (row) => row.referrer, columns: [requests] },
  {
    id: "truncated",
    head: "host",
    keys: ["host"],
    name: (row) => row.host,
    columns: [requests, { head: "share", text: (row) => share(row.truncated, row.requests) }],
    isShown: (row) => row.truncated > 0,
  },
].map((table) => ({
  ...table,
  filters: (row) => Object.fromEntries(table.keys.map((key) => [key, row[key]])),
}));

async function ask(question, dimensions, own = {}) {
  const query = parameters(dimensions);
  Object.entries(own).forEach(([name, value]) => query.set(name, value));
  const response = await fetch(`/api/v1/${question}?${query}`);
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.error);
  }
  return answer;
}

// ---- What is asked for

function change(part) {
  writeAddress(part);
  show();
}

function choose(filters) {
  change({ filters: { ...view.filters, ...filters } });
}

/** Whoever took it away by its button goes on from where all that is asked for begins. */
function without(name) {
  const isFocused = element("filters").contains(document.activeElement);
  const filters = { ...view.filters };
  delete filters[name];
  change({ filters });
  if (isFocused) {
    (element("filters").querySelector("button") ?? element("range")).focus();
  }
}

function showView() {
  element("range").value = view.since ?? "chosen";
  element("range").querySelector("[value=chosen]").hidden = view.since !== null;
  // What has the focus is being typed.
  for (const name of ["from", "to"]) {
    if (document.activeElement !== element(name)) {
      element(name).value = view[name] === null ? "" : view[name].replace("Z", "");
    }
  }
  const chips = Object.entries(view.filters).map(([name, value]) => {
    const chip = cell("button", `${DIMENSIONS[name]} ${named(value)} ✕`, "chip");
    chip.type = "button";
    chip.dataset.key = name;
    chip.title = "Show all again (Escape takes the last one away)";
    chip.addEventListener("click", () => without(name));
    return chip;
  });
  replace(element("filters"), ...chips);
  element("hours").hidden = !OF_SINGLE_REQUESTS.some((name) => Object.hasOwn(view.filters, name));
  element("tail-kind").textContent = view.to === null ? "Live" : "Newest requests of this time";
  element("pause").hidden = view.to !== null;
  document.querySelectorAll("[data-by]").forEach(noteUnfiltered);
}

/** Not everything can be told apart by each filter: what is shown of more than was asked for says so. */
function noteUnfiltered(section) {
  const heading = section.querySelector("h2");
  heading.querySelector(".note")?.remove();
  const filtered = section.dataset.by.split(" ");
  const others = Object.keys(view.filters).filter((name) => !filtered.includes(name));
  if (others.length > 0) {
    heading.append(cell("span", ` of any ${others.map((name) => DIMENSIONS[name]).join(", ")}`, "note"));
  }
}

// ---- The answers

function totals(total) {
  element("total-requests").textContent = count(total.requests);
  element("total-errors").textContent = share(total.errors, total.requests);
  element("total-bytes").textContent = bytes(total.response_bytes);
  element("total-clients").textContent = total.clients === undefined ? "–" : count(total.clients);
  const isSpread = total.p95_us !== undefined;
  element("latency-kind").textContent = isSpread ? "p95 latency" : "Mean latency";
  element("total-latency").textContent = micros(isSpread ? total.p95_us : total.mean_us);
  const like = Object.keys(view.filters).length > 0 ? " like this" : "";
  element("empty-kind").textContent = `Nothing${like} was seen ${view.since === "" ? "yet" : "in this time"}.`;
  element("everything").hidden = view.since === "";
  element("empty").hidden = total.requests > 0;
}

function list(id, heads, rows, cells) {
  const top = document.createElement("thead");
  top.insertRow().append(...heads.map(([text, kind]) => Object.assign(cell("th", text, kind), { scope: "col" })));
  const body = document.createElement("tbody");
  rows.forEach((row, index) => body.insertRow().append(...cells(row, index)));
  if (rows.length === 0) {
    nothing(body);
  }
  replace(element(id), top, body);
}

/** A cell with a button; `index` tells apart rows that are alike. */
function choice(text, index, filters, kind = "name") {
  const made = cell("td", "", kind);
  made.append(filterButton(text, `${index} ${JSON.stringify(filters)}`, filters, choose));
  return made;
}

const minute = (time) => `${time.slice(5, 10)} ${time.slice(11, 16)}`;

function showBursts(rows) {
  const heads = [["minute", "when optional"], ["client", "name"], ["host", "name"], ["status", "short"], ["requests", ""]];
  list("bursts", heads, rows, (row, index) => [
    cell("td", minute(row.minute), "when optional"),
    choice(named(row.client), index, { client: row.client }),
    choice(named(row.host), index, { host: row.host }),
    cell("td", String(row.status), "short"),
    cell("td", count(row.requests)),
  ]);
}

function showHosts(id, rows) {
  const heads = [["host", "name"], ["first seen", "when"], ["last seen", "when optional"], ["requests", ""]];
  list(id, heads, rows, (row, index) => [
    choice(named(row.host), index, { host: row.host }),
    cell("td", minute(row.first_seen), "when"),
    cell("td", minute(row.last_seen), "when optional"),
    cell("td", count(row.requests)),
  ]);
}

function draw(id, stages) {
  element(id).replaceChildren(...(stages.length === 0 ? [cell("p", "nothing", "none")] : stages.map(stage)));
}

function showSensors(rows) {
  const heads = [["sensor", "name"], ["last seen", "when"], ["starts", "short optional"], ["missing", ""]];
  list("sensors", heads, rows, (row, index) => {
    const silent = Date.now() - Date.parse(row.last_seen) > SILENT_MS;
    return [
      choice(named(row.sensor), index, { sensor: row.sensor }),
      cell("td", minute(row.last_seen), silent ? "when failed" : "when"),
      cell("td", count(row.runs), "short optional"),
      cell("td", count(row.missing), row.missing > 0 ? "failed" : ""),
    ];
  });
}

function showTail(rows) {
  const heads = [["time", "time"], ["client", "name optional"], ["method", "method"], ["host and target", "name target"],
    ["status", "short"], ["latency", "optional"]];
  list("tail", heads, rows, (row, index) => {
    const target = cell("td", "", "name target");
    target.title = plain(row.host + row.target);
    const text = document.createElement("span");
    text.append(filterButton(named(row.host), `${index} host`, { host: row.host }, choose), plain(row.target));
    target.append(text);
    const status = cell("td", row.status === null ? "–" : String(row.status), row.status >= 400 ? "short failed" : "short");
    return [
      cell("td", row.ts.slice(11, 19), "time"),
      choice(named(row.client), index, { client: row.client }, "name optional"),
      cell("td", plain(row.method), "method"),
      target,
      status,
      cell("td", micros(row.latency_us), "optional"),
    ];
  });
}

// ---- Asking again and again

let asked = 0;
let timer = 0;

async function show() {
  const mine = ++asked;
  clearTimeout(timer);
  const began = performance.now();
  showView();
  try {
    const top = { limit: TOP_ROWS };
    const tables = TABLES.map((table) => ask(table.id, ALL, top));
    const [timeline, [total], bursts, news, rare, ledger, sensors, ways, ...rows] = await Promise.all([
      ask("timeline", ALL, { limit: "120" }),
      ask("total", ALL),
      ask("bursts", ALL, top),
      ask("new", ["host"], top),
      ask("rare", ["host"], top),
      ask("ledger", [], { limit: "1" }),
      ask("sensors", ["sensor"], top),
      ask("packets", ["sensor"]),
      ...tables,
      tail(mine),
    ]);
    if (mine !== asked) {
      return; // Something else was asked for in the meantime.
    }
    totals(total ?? { requests: 0, errors: 0, response_bytes: 0, clients: 0, p95_us: null });
    const even = buckets(timeline);
    const between = (from, to) => change({ since: null, from, to });
    drawRate(even, between);
    drawLatency(even, between);
    TABLES.forEach((table, index) => fill(table, rows[index].filter(table.isShown ?? (() => true)), choose));
    showBursts(bursts);
    showHosts("new", news);
    showHosts("rare", rare);
    showSensors(sensors);
    draw("packets", packets(ways));
    draw("ledger", ledger.map(records));
    state(`updated ${new Date().toISOString().slice(11, 19)} UTC`, false);
  } catch (e) {
    trouble(mine, e);
  }
  if (mine === asked) {
    timer = setTimeout(again, Math.max(REFRESH_MS, IDLE_FACTOR * (performance.now() - began)));
  }
}

function again() {
  if (document.hidden) {
    timer = setTimeout(again, REFRESH_MS);
  } else {
    show();
  }
}

/** The newest single requests; they come more often than sums change. */
async function tail(mine) {
  const rows = await ask("requests", ALL, { limit: TAIL_ROWS });
  if (mine === asked) {
    showTail(rows);
  }
}

function follow() {
  const mine = asked;
  const isWanted = !document.hidden && element("pause").getAttribute("aria-pressed") === "false";
  const done = isWanted && view.to === null ? tail(mine).catch((e) => trouble(mine, e)) : Promise.resolve();
  done.finally(() => setTimeout(follow, TAIL_MS));
}

function trouble(mine, e) {
  if (mine === asked) {
    state(e instanceof TypeError ? "the query service does not answer; trying again" : e.message, true);
  }
}

function state(text, isTrouble) {
  element("state").textContent = text;
  // What is still shown may be of another time, or no longer true.
  document.body.classList.toggle("trouble", isTrouble);
}

function main() {
  element("range").addEventListener("change", (event) => change({ since: event.target.value, from: null, to: null }));
  element("everything").addEventListener("click", () => change({ since: "", from: null, to: null }));
  element("between").addEventListener("submit", (event) => {
    event.preventDefault();
    const utc = (id) => (element(id).value === "" ? null : `${element(id).value}Z`);
    change({ since: null, from: utc("from"), to: utc("to") });
  });
  element("pause").addEventListener("click", (event) => {
    const paused = event.target.getAttribute("aria-pressed") === "false";
    event.target.setAttribute("aria-pressed", String(paused));
  });
  addEventListener("keydown", (event) => {
    const last = Object.keys(view.filters).at(-1);
    const isTyping = event.target.matches("select, input");
    if (event.key === "Escape" && last !== undefined && !isTyping) {
      without(last);
    }
  });
  addEventListener("popstate", () => {
    readAddress();
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  readAddress();
  show();
  setTimeout(follow, TAIL_MS);
}

main();
