// The ledger as a picture: each stage is a bar as long as what came in, cut into what became of it.

import { cell } from "/tables.js";
import { count, plain, share } from "/text.js";

/** What became of the jobs' records: the column, its name for people, and whether that is a loss. */
const RECORDS = [
  ["aggregated", "counted", "kept"],
  ["duplicate", "came twice", "intended"],
  ["replayed", "of replayed files", "kept"],
  ["heartbeats", "heartbeats", "intended"],
  ["replay_ends", "ends of files", "intended"],
  ["late", "too late", "lost"],
  ["future", "of the future", "lost"],
  ["malformed", "unreadable", "lost"],
  ["unknown", "of unknown kinds", "lost"],
  ["unaccounted", "unaccounted", "lost"],
];

/** The jobs' part of the ledger from a row of it, as a stage to draw. */
export function records(row) {
  return {
    name: "records from Kafka",
    came: row.consumed,
    parts: RECORDS.map(([key, name, kind]) => ({ name, kind, number: row[key] })),
  };
}

/** What is lost, what was meant to be left out, and what waits; all else went on. */
const LOST = /^(dropped|failed|evicted|expired|undecodable|lost|truncated)/;
const INTENDED = /^(filtered|duplicate|discarded|ignored|skipped)/;
const WAITING = /^(pending|spooled|held)/;

/** How many the style sheet has. */
const TONES = 3;

function kindOf(way) {
  return LOST.test(way) ? "lost" : INTENDED.test(way) ? "intended" : WAITING.test(way) ? "waiting" : "kept";
}

/** The sensors' part: rows of ways out of stages, in the order of the packets' way, as stages to draw. */
export function packets(rows) {
  const stages = new Map();
  for (const row of rows) {
    if (!stages.has(row.stage)) {
      const name = `${row.stage}: ${row.input.replaceAll("_", " ")}, ${row.unit}`;
      stages.set(row.stage, { name: plain(name), came: row.came_in, parts: [] });
    }
    const part = { name: plain(row.way.replaceAll("_", " ")), kind: kindOf(row.way), number: row.amount };
    stages.get(row.stage).parts.push(part);
  }
  return [...stages.values()];
}

/** One stage: {name, came, parts: [{name, number, kind}]}; parts without a number are left out. */
export function stage({ name, came, parts }) {
  const figure = document.createElement("figure");
  figure.className = "stage";
  const caption = document.createElement("figcaption");
  caption.append(cell("span", name), cell("span", count(came), "number"));
  const bar = cell("div", "", "flow");
  const list = document.createElement("ul");
  const seen = {};
  for (const part of parts.filter((p) => p.number !== 0)) {
    // Ways of one kind have its color in different tones, or two beside each other would look like one.
    const tone = (seen[part.kind] = (seen[part.kind] ?? -1) + 1) % TONES;
    const kind = `${part.kind} tone-${tone}`;
    const piece = cell("span", "", kind);
    piece.style.flexGrow = String(Math.max(0, part.number / Math.max(1, came)));
    piece.title = `${part.name}: ${count(part.number)}`;
    bar.append(piece);
    const item = cell("li", "", kind);
    item.append(
      cell("span", part.name),
      cell("span", `${count(part.number)} (${share(part.number, came)})`, "number"),
    );
    list.append(item);
  }
  figure.append(caption, bar, list);
  return figure;
}
