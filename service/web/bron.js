// One page of a source with a passage marked: for formats that a browser does not open at a page.

import { viewerAddress } from "./address.js";
import { Refusal, addressWithKey, pictureAddress, readDocument, readPage, readPassage, slideAddress } from "./api.js";
import { byId, make, prepareSkipLinks } from "./dom.js";
import { converter, marked, table } from "./passage.js";
import { capital, day, languageOf, level, pageWord } from "./words.js";

const PICTURE_WIDTH = 1280;
const PATIENCE = 700; // ms that the text waits for the picture of a slide
const CELL = " | ";

let source = null; // the document that is shown
let shown = null; // the page of it

function wanted() {
  const values = new URLSearchParams(location.hash.slice(1));
  const number = Number.parseInt(values.get("pagina") ?? "1", 10);
  return { id: values.get("id") ?? "", number: number > 0 ? number : 1, passage: values.get("passage") ?? "" };
}

async function follow() {
  const { id, number, passage } = wanted();
  try {
    if (!id) throw new Refusal(404, "");
    if (source?.id !== id) source = await readDocument(id);
    const place = passage ? await readPassage(id, passage).catch(() => null) : null;
    const page = await readPage(id, place?.nummer ?? number);
    await show(page, page.nummer ?? number, place);
  } catch (error) {
    fail(error);
  }
}

function fail(error) {
  const gone = error instanceof Refusal && [400, 401, 403, 404].includes(error.status);
  byId("bron").hidden = true;
  byId("titel").textContent = gone ? "Deze bron is er niet" : "De bron is niet te openen";
  byId("gegevens").textContent = "";
  const words = gone
    ? "Het document is ingetrokken, of u mag het niet zien. Meld u aan op de zoekpagina als u een sleutel hebt."
    : "De service antwoordt niet. Probeer het later opnieuw.";
  const retry = make("button", { type: "button", class: "utrecht-button utrecht-button--secondary-action", on: { click: follow } }, "Probeer opnieuw");
  byId("melding").replaceChildren(
    make("div", { class: "utrecht-alert utrecht-alert--error", role: "alert" }, make("p", {}, words), ...(gone ? [] : [retry])),
  );
}

async function show(page, number, place) {
  shown = page;
  const word = pageWord(source.bestandsnaam);
  const paged = page.nummer !== null;
  const heading = `${capital(word)} ${number} van ${source.aantalPaginas}`;
  byId("melding").replaceChildren();
  byId("bron").hidden = false;
  byId("titel").replaceChildren(make("span", languageOf(source.taal), source.titel));
  document.title = `${source.titel}${paged ? `, ${word} ${number}` : ""} – Kennislab`;
  byId("gegevens").replaceChildren(...facts());
  byId("bladeren").hidden = !paged || source.aantalPaginas < 2;
  byId("bladeren").replaceChildren(...steps(number, word));
  byId("origineel").href = source.link;
  byId("origineel").download = source.bestandsnaam;
  const coming = pictureOf(page, place, `${capital(word)} ${number}`);
  const picture = await (isPdf() ? coming : Promise.race([coming, later(PATIENCE)]));
  if (shown !== page) return; // someone went on meanwhile
  const content = blocksOf(page, place);
  byId("blad").replaceChildren(
    make("h2", { class: paged ? "utrecht-heading-2" : "kl-visueel-verborgen", id: "bladkop" }, paged ? heading : "Tekst"),
    ...(picture ? [picture, fold(`Tekst van deze ${word}`, content, hasNotes(page))] : content),
  );
  if (picture === undefined) addBelow(coming, word);
  byId("status").textContent = paged ? heading : "";
  const mark = byId("blad").querySelector("mark");
  if (mark && !picture) mark.scrollIntoView({ block: "center" });
}

function facts() {
  const badge = level(source.vertrouwelijkheid);
  return [
    make("span", {}, capital(source.soort)),
    ...(source.organisatie ? [make("span", {}, source.organisatie)] : []),
    ...(source.datum ? [make("time", { datetime: source.datum }, day(source.datum))] : []),
    ...(badge ? [make("span", { class: "utrecht-data-badge" }, badge)] : []),
  ];
}

function steps(number, word) {
  const link = (to, text) =>
    make("a", { class: "utrecht-button utrecht-button--secondary-action", href: viewerAddress(source, to).slice("/bron".length) }, text);
  return [
    ...(number > 1 ? [link(number - 1, `Vorige ${word}`)] : []),
    ...(number < source.aantalPaginas ? [link(number + 1, `Volgende ${word}`)] : []),
  ];
}

/** Notes of the speaker are not in a picture of the slide. */
function hasNotes(page) {
  return page.blokken.some((block) => block.soort === "notes");
}

function fold(title, content, open) {
  const inside = make("div", { class: "kl-uitklap__inhoud" }, content);
  return make("details", { class: "kl-uitklap", open }, make("summary", {}, title), inside);
}

function isPdf() {
  return /\.pdf$/i.test(source.bestandsnaam);
}

function later(wait) {
  return new Promise((done) => setTimeout(done, wait));
}

/** The text is read already: the picture of a slide that had to be drawn comes below it, so that nothing moves. */
async function addBelow(coming, word) {
  const line = make("p", { class: "kl-blad__wacht" }, `Het beeld van deze ${word} wordt gemaakt.`);
  byId("blad").append(line);
  const figure = await coming;
  if (figure) line.replaceWith(figure);
  else line.remove();
}

/** The figure, or null when there is no picture. */
async function pictureOf(page, place, name) {
  if (!page.afbeelding) return null;
  const image = make("img", { alt: `${name}${place ? ", met de passage gemarkeerd" : ""}. De tekst staat ook op deze pagina.` });
  const address = pictureAddress(page.afbeelding, PICTURE_WIDTH, place?.id);
  try {
    image.src = await (isPdf() ? addressWithKey(address, source.vertrouwelijkheid) : slideAddress(address, () => shown === page));
    await image.decode();
  } catch {
    return null;
  }
  return make("figure", { class: "kl-blad__beeld" }, image);
}

/** The page's blocks as elements; rows that follow each other are one table, list items one list. */
function blocksOf(page, place) {
  const text = page.tekst;
  const at = converter(text);
  const marks = place ? [[at(place.begin), at(place.eind)]] : [];
  const made = [];
  let last = { kind: "", items: [] };
  const kinds = page.blokken.length ? page.blokken : [{ soort: "paragraph", begin: 0, eind: [...text].length, niveau: 0 }];
  for (const block of kinds) {
    const span = [at(block.begin), at(block.eind)];
    const kind = block.soort === "table_header" ? "table_row" : block.soort;
    if (kind !== last.kind || block.soort === "table_header" || !["table_row", "list_item"].includes(kind)) {
      last = { kind, items: [], head: [] };
      made.push(last);
    }
    if (block.soort === "table_header") last.head = text.slice(...span).split(CELL);
    else last.items.push({ span, block });
  }
  let depth = 2; // of the heading above; a page may begin with a heading of any level, ours go one step at a time
  return made.map((group) => {
    if (group.kind === "heading") depth = Math.min(depth + 1, Math.max(3, group.items[0].block.niveau + 2), 6);
    return element(group, text, marks, depth);
  });
}

function element({ kind, items, head }, text, marks, depth) {
  const language = languageOf(source.taal);
  if (kind === "table_row") {
    const rows = items.map(({ span }) => cells(text, span));
    return make("div", language, table(text, rows, marks, head));
  }
  if (kind === "list_item") {
    return make("ul", language, items.map(({ span }) => make("li", {}, marked(text, ...span, marks))));
  }
  const [{ span, block }] = items;
  const inside = marked(text, ...span, marks);
  if (kind === "heading") {
    return make(`h${depth}`, { class: "utrecht-heading-3", ...language }, inside);
  }
  const extra = kind === "notes" || kind === "footnote" ? { class: "kl-blad__notitie" } : {};
  return make("p", { ...extra, ...language }, inside);
}

function cells(text, [start, end]) {
  let from = start;
  return text.slice(start, end).split(CELL).map((cell) => {
    const found = [from, from + cell.length];
    from += cell.length + CELL.length;
    return found;
  });
}

/** The original, with the key where it needs one. */
async function download(event) {
  if (!source || source.vertrouwelijkheid === "openbaar") return;
  if (event.currentTarget.href.startsWith("blob:")) return;
  event.preventDefault();
  const link = event.currentTarget;
  try {
    link.href = await addressWithKey(source.link, source.vertrouwelijkheid);
    link.click();
    setTimeout(() => {
      URL.revokeObjectURL(link.href);
      link.href = source.link;
    }, 10_000);
  } catch (error) {
    fail(error);
  }
}

function prepare() {
  prepareSkipLinks();
  byId("origineel").addEventListener("click", download);
  addEventListener("popstate", () => {
    follow();
    byId("titel").focus();
  });
  follow();
}

prepare();
