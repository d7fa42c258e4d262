// The question and its filters in the address, behind the #: that part stays in the browser, no server logs it.

export const FACETS = ["soort", "thema", "organisatie", "jaar", "taal"];

/** { question, filters } of the address; the question is empty where there is none. */
export function readAddress() {
  const values = new URLSearchParams(location.hash.slice(1));
  const filters = {};
  for (const name of FACETS) {
    const chosen = values.getAll(name).filter((value) => name !== "jaar" || /^\d{1,4}$/.test(value));
    if (chosen.length) filters[name] = chosen;
  }
  return { question: (values.get("vraag") ?? "").slice(0, 1000), filters };
}

export function hashOf(question, filters) {
  const values = new URLSearchParams({ vraag: question });
  for (const name of FACETS) for (const value of filters[name] ?? []) values.append(name, value);
  return `#${values}`;
}

/** Make it the address, with a step in the history unless it is that already. */
export function writeAddress(question, filters) {
  const hash = hashOf(question, filters);
  if (hash !== location.hash) history.pushState(null, "", hash);
}

/** Where the text of a page, with a passage marked, is shown. */
export function viewerAddress(document, page, passage) {
  const values = new URLSearchParams({ id: document.id, pagina: String(page ?? 1) });
  if (passage) values.set("passage", passage);
  return `/bron#${values}`;
}
