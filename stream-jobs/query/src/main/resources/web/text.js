// Values as text for people.

/** Characters that are invisible or turn the text's direction are written out, as on the command line. */
export const plain = (text) =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);

/** The same for a value that may be empty or missing. */
export const named = (text) => plain(text ?? "") || "(none)";

export const count = (n) => n.toLocaleString("en");

/** With fewer digits where a whole number has none to spare. */
export const rate = (n) => (n >= 100 ? count(Math.round(n)) : String(Number(n.toFixed(2))));

export function bytes(n) {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[unit]}`;
}

export function micros(us) {
  if (us === null || us === undefined) {
    return "–";
  }
  if (us < 1000) {
    return `${Math.round(us)} µs`;
  }
  return us < 1e6 ? `${(us / 1000).toFixed(us < 1e4 ? 1 : 0)} ms` : `${(us / 1e6).toFixed(1)} s`;
}

/** Neither none nor all where it is only close to that. */
export function share(part, whole) {
  if (whole === 0) {
    return "–";
  }
  if (part <= 0 || part >= whole) {
    return `${Math.round((100 * part) / whole)} %`;
  }
  const percent = (100 * part) / whole;
  return percent < 0.1 ? "< 0.1 %" : percent > 99.9 ? "> 99.9 %" : `${percent.toFixed(1)} %`;
}

/** UTC, no finer than the buckets' width in seconds. */
export function clock(seconds, width) {
  const iso = new Date(seconds * 1000).toISOString();
  if (width >= 86400) {
    return iso.slice(0, 10);
  }
  return width >= 3600 ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(11, width < 60 ? 19 : 16);
}
