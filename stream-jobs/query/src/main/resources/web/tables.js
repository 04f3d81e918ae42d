// Tables of the most frequent values. Whatever came from the wire is set as text, never as markup.

import { bytes, count, micros, plain, share } from "/text.js";

const element = (id) => document.getElementById(id);

/** One column: its head, the cell's text for a row, and whether a narrow screen leaves it out. */
export const COLUMNS = {
  requests: { head: "requests", text: (row) => count(row.requests) },
  errors: { head: "errors", text: (row) => share(row.errors, row.requests) },
  sent: { head: "sent", text: (row) => bytes(row.response_bytes), optional: true },
  latency: {
    head: "latency",
    title: "p95, or the mean where only sums are known",
    text: (row) => micros(row.p95_us === undefined ? row.mean_us : row.p95_us),
    optional: true,
  },
};

export function cell(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className ?? "";
  return made;
}

function headOf(column) {
  const head = cell("th", column.head, column.optional ? "optional" : "");
  head.scope = "col";
  head.title = column.title ?? "";
  return head;
}

/** Replaces what an element holds; whoever has one of its buttons in focus keeps it. */
export function replace(holder, ...parts) {
  const focused = holder.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  holder.replaceChildren(...parts);
  if (focused !== undefined) {
    [...holder.querySelectorAll("button")].find((b) => b.dataset.key === focused)?.focus();
  }
}

/** A button that shows only what is like this; `key` tells it from its neighbours. */
export function filterButton(text, key, filters, choose) {
  const button = cell("button", "");
  button.append(cell("span", text));
  button.type = "button";
  button.dataset.key = key;
  button.title = `Show only: ${text}`;
  button.addEventListener("click", () => choose(filters));
  return button;
}

/**
 * A table whose first column names the rows and filters by them.
 *
 * @param table {id, head, name(row) as text, filters(row), columns, failed(row)?}
 */
export function fill(table, rows, choose) {
  const top = document.createElement("thead");
  const heads = top.insertRow();
  const first = cell("th", table.head, "name");
  first.scope = "col";
  heads.append(first, ...table.columns.map(headOf));
  const body = document.createElement("tbody");
  const most = Math.max(1, ...rows.map((row) => row.requests));
  for (const row of rows) {
    const line = body.insertRow();
    const name = cell("td", "", "name");
    const bar = cell("span", "", table.failed?.(row) ? "bar failed" : "bar");
    bar.style.width = `${(100 * row.requests) / most}%`;
    const filters = table.filters(row);
    name.append(bar, filterButton(plain(table.name(row)) || "(none)", JSON.stringify(filters), filters, choose));
    line.append(name, ...table.columns.map((c) => cell("td", c.text(row), c.optional ? "optional" : "")));
  }
  if (rows.length === 0) {
    nothing(body);
  }
  replace(element(table.id), top, body);
}

export function nothing(body) {
  body.insertRow().append(cell("td", "nothing", "none"));
}
