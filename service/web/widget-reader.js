// The text of a page in a dialog: for sources that open with the key only.

import { make } from "./dom.js";
import { converter } from "./passage.js";
import { factsOf, quoteOf } from "./widget-card.js";
import { request } from "./widget-client.js";
import { placeIn, spoken } from "./widget-words.js";

const KEPT = 30_000; // ms that a file can take to be saved

/** The dialog, still empty. */
export function reader() {
  const title = make("h2", { class: "kop", id: "bronkop" });
  const content = make("div", { class: "bron__inhoud" });
  const close = make("button", { type: "button", class: "knop", part: "knop", on: { click: () => dialog.close() } });
  const save = make("button", { type: "button", class: "knop", part: "knop" });
  const dialog = make(
    "dialog",
    { class: "bron", part: "bron", "aria-labelledby": "bronkop" },
    title,
    content,
    make("p", { class: "bron__knoppen" }, save, close),
  );
  return { dialog, title, content, close, save };
}

/** Show the page that the passage stands on, with the passage marked. Focus goes back when the dialog closes. */
export async function readSource({ texts, service }, { dialog, title, content, close, save }, document, passage) {
  const path = `/v1/documenten/${encodeURIComponent(document.id)}`;
  const reading = new AbortController();
  const fail = (error) => {
    if (reading.signal.aborted) return;
    const [what, why] = texts.failures[error.kind] ?? texts.failures.other;
    content.replaceChildren(make("p", { class: "fout", role: "alert" }, `${what}. ${why}`));
  };
  title.replaceChildren(make("span", spoken(texts, document.taal), document.titel || document.bestandsnaam));
  content.replaceChildren(make("p", { role: "status" }, texts.loading));
  close.textContent = texts.close;
  save.textContent = texts.download;
  save.onclick = () => saveFile(service, `${path}/bestand`, document.bestandsnaam).catch(fail);
  dialog.addEventListener("close", () => reading.abort(), { once: true });
  dialog.showModal();
  close.focus();
  await showPage({ texts, service }, { content, path, document, passage }, reading.signal).catch(fail);
}

async function showPage({ texts, service }, { content, path, document, passage }, signal) {
  const read = async (part) => (await request(service, `${path}/${part}`, { signal })).json();
  const place = await read(`passages/${encodeURIComponent(passage.id)}`);
  const page = await read(`paginas/${place.nummer}`);
  const name = placeIn(texts, document, page.nummer);
  content.replaceChildren(factsOf(texts, document, name), pageOf(texts, document, page, place, name));
  content.querySelector("mark")?.scrollIntoView({ block: "center" });
}

/** The page as a passage that is marked where the passage stands. A long page scrolls, also with the keyboard. */
function pageOf(texts, document, page, place, name) {
  const at = converter(page.tekst);
  const headings = page.blokken.filter((block) => block.soort === "heading");
  const text = quoteOf(texts, document, {
    tekst: page.tekst,
    markeringen: [[place.begin, place.eind]],
    kop: headings.map((block) => page.tekst.slice(at(block.begin), at(block.eind))),
    taal: document.taal,
  });
  return make("div", { class: "bron__tekst", role: "group", tabindex: "0", "aria-label": name || texts.text }, text);
}

async function saveFile(service, path, name) {
  const address = URL.createObjectURL(await (await request(service, path)).blob());
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
}
