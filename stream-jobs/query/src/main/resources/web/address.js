// What is asked for: a time range and filters. It is kept in the page's address, so that a view can be sent to somebody
// and the back button works.

export const SECONDS = { "15m": 900, "1h": 3600, "6h": 21600, "1d": 86400, "1w": 604800, "30d": 2592000 };

/** The service's parameter of each filter, and its name for people. */
export const DIMENSIONS = {
  host: "host",
  template: "path",
  method: "method",
  status: "status",
  client: "client",
  user_agent: "user agent",
  referrer: "referrer",
  sensor: "sensor",
};

/** Statistics don't know these: only single requests do, and they are kept for hours. */
export const OF_SINGLE_REQUESTS = ["client", "user_agent", "referrer"];

/** `since` is a key of SECONDS, "" for everything, or null where `from` and `to` say it (each may be missing). */
export const view = { since: "1h", from: null, to: null, filters: {} };

export function readAddress() {
  const query = new URLSearchParams(location.search);
  view.from = query.get("from");
  view.to = query.get("to");
  const since = query.get("since");
  const known = since === "" || Object.hasOwn(SECONDS, since ?? "none");
  view.since = known ? since : view.from === null && view.to === null ? "1h" : null;
  if (view.since !== null) {
    view.from = view.to = null;
  }
  view.filters = {};
  for (const name of Object.keys(DIMENSIONS)) {
    if (query.has(name)) {
      view.filters[name] = query.get(name);
    }
  }
}

export function writeAddress(part) {
  Object.assign(view, part);
  const query = new URLSearchParams();
  for (const name of ["since", "from", "to"]) {
    if (view[name] !== null) {
      query.set(name, view[name]);
    }
  }
  Object.entries(view.filters).forEach(([name, value]) => query.set(name, value));
  if (`?${query}` !== location.search) {
    history.pushState(null, "", `?${query}`);
  }
}

/** The range in seconds since 1970; an end that is open is null. */
export function span() {
  const now = Date.now() / 1000;
  if (view.since !== null) {
    return { from: view.since === "" ? null : now - SECONDS[view.since], to: null };
  }
  const seconds = (time) => (time === null ? null : Date.parse(time) / 1000);
  return { from: seconds(view.from), to: seconds(view.to) };
}

/** As the service wants it; `dimensions` are those that the question can be asked of. */
export function parameters(dimensions) {
  const query = new URLSearchParams();
  if (view.since) {
    query.set("since", view.since);
  }
  for (const name of ["from", "to"]) {
    if (view[name] !== null) {
      query.set(name, view[name]);
    }
  }
  for (const name of dimensions) {
    if (Object.hasOwn(view.filters, name)) {
      query.set(name, view.filters[name]);
    }
  }
  return query;
}
