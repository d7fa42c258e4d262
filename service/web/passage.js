// A passage as it stands in the source: lines, headings, tables, with the sentence that answers marked.

import { make } from "./dom.js";

const CELL = " | ";

/** A table that is wider than its place can be scrolled with the keyboard. */
const wide = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const scrolls = target.scrollWidth > target.clientWidth;
    for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", "Tabel"]]) {
      if (scrolls) target.setAttribute(name, value);
      else target.removeAttribute(name);
    }
  }
});

/** Positions of the service count characters; JavaScript counts halves of some. Gives a function from one to the other. */
export function converter(text) {
  if (!/[\uD800-\uDFFF]/.test(text)) return (at) => at;
  const starts = [0];
  for (const character of text) starts.push(starts.at(-1) + character.length);
  return (at) => starts[Math.min(at, starts.length - 1)];
}

export function marksOf(text, marks) {
  const convert = converter(text);
  return marks.map(([start, end]) => [convert(start), convert(end)]);
}

/** Nodes for text.slice(start, end), with what lies in a mark inside <mark>. */
export function marked(text, start, end, marks) {
  const nodes = [];
  let at = start;
  for (const [first, last] of marks) {
    const from = Math.max(first, at);
    const to = Math.min(last, end);
    if (from >= to) continue;
    if (from > at) nodes.push(text.slice(at, from));
    nodes.push(make("mark", { class: "utrecht-mark" }, text.slice(from, to)));
    at = to;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

/** [start, end] of every line that holds something. */
function linesOf(text) {
  const lines = [];
  let start = 0;
  for (const line of text.split("\n")) {
    if (line.trim()) lines.push([start, start + line.length]);
    start += line.length + 1;
  }
  return lines;
}

function cellsOf(text, [start, end]) {
  const cells = [];
  let at = start;
  for (const cell of text.slice(start, end).split(CELL)) {
    cells.push([at, at + cell.length]);
    at += cell.length + CELL.length;
  }
  return cells;
}

/** Rows with their cells as a table; `head` are the names of the columns, when those are known. */
export function table(text, rows, marks, head = []) {
  const row = (cells) =>
    make("tr", {}, cells.map(([start, end]) => make("td", {}, marked(text, start, end, marks))));
  const named = head.length
    ? make("thead", {}, make("tr", {}, head.map((name) => make("th", { scope: "col" }, name))))
    : null;
  const grid = make("table", {}, named, make("tbody", {}, rows.map(row)));
  const frame = make("div", { class: "kl-tabel" }, grid);
  wide.observe(frame);
  return frame;
}

/** The blocks of a passage. Neighbouring lines with equally many cells are a table. */
export function blocks(passage) {
  const text = passage.tekst;
  const marks = marksOf(text, passage.markeringen ?? []);
  const head = passage.kolomkop ? passage.kolomkop.split(CELL) : [];
  const made = [];
  let rows = [];
  const close = () => {
    if (!rows.length) return;
    const known = made.length === 0 && head.length === rows[0].length ? head : [];
    made.push(table(text, rows, marks, known));
    rows = [];
  };
  for (const line of linesOf(text)) {
    const cells = cellsOf(text, line);
    if (rows.length && cells.length !== rows[0].length) close();
    if (cells.length > 1) {
      rows.push(cells);
      continue;
    }
    const heading = passage.kop.includes(text.slice(...line));
    made.push(make("p", heading ? { class: "kl-passage__kop" } : {}, marked(text, ...line, marks)));
  }
  close();
  return made;
}

/** The headings above a passage, without the title and without those that the passage itself begins with. */
export function path(passage, title) {
  const own = new Set(passage.tekst.split("\n"));
  return passage.kop.filter((heading) => heading !== title && !own.has(heading));
}
