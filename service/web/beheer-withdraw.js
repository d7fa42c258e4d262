// Withdrawing a document, after a question that names it.

import { withdrawDocument } from "./beheer-api.js";
import { failureInWords, nameOf, whileBusy } from "./beheer-parts.js";
import { byId } from "./dom.js";

const dialog = byId("intrekdialoog");
let current = null; // the document that is asked about, and what to do when it is gone

export function prepareWithdrawal() {
  byId("intrek-niet").addEventListener("click", () => dialog.close());
  byId("intrek-wel").addEventListener("click", () => whileBusy(byId("intrek-wel"), withdraw));
}

export function confirmWithdrawal(found, gone) {
  current = { found, gone };
  const file = found.titel === found.bestandsnaam ? [] : [" (", nameOf(found.bestandsnaam), ")"];
  byId("intreknaam").replaceChildren(nameOf(found.titel), ...file);
  byId("intrekfout").hidden = true;
  dialog.showModal();
}

async function withdraw() {
  try {
    await withdrawDocument(current.found.id);
  } catch (error) {
    if (error.status !== 404) { // gone already is what was asked
      byId("intrekfout").hidden = false;
      byId("intrekfout").textContent = failureInWords(error).join(". ");
      return;
    }
  }
  dialog.close();
  current.gone();
}
