// Signing in with a key, and out again.

import { Refusal, forgetKey, keepKey, key, tryKey } from "./api.js";
import { byId } from "./dom.js";

/** Shows whether there is a key; `changed` is called when that changes. */
export function prepareKeyDialog(changed) {
  const dialog = byId("sleuteldialoog");
  const field = byId("sleutel");
  byId("aanmelden").addEventListener("click", openKeyDialog);
  byId("annuleren").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    field.value = "";
    complain("");
  });
  byId("afmelden").addEventListener("click", () => {
    signOut();
    byId("aanmelden").focus();
    changed();
  });
  byId("sleutelformulier").addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = await tried(field.value.trim());
    complain(problem);
    if (problem) return field.focus();
    keepKey(field.value.trim());
    dialog.close();
    showState();
    changed();
  });
  showState();
}

export function openKeyDialog() {
  byId("sleuteldialoog").showModal();
  byId("sleutel").focus();
}

export function signOut() {
  forgetKey();
  showState();
}

/** Why this key does not do, or an empty text. */
async function tried(value) {
  if (!value) return "Vul eerst een sleutel in.";
  if (!/^[\x21-\x7e]+$/.test(value)) return "In een sleutel staan geen spaties of bijzondere tekens.";
  try {
    await tryKey(value);
    return "";
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) return "Deze sleutel klopt niet of is verlopen.";
    if (error instanceof Refusal && error.status === 403) return "Deze sleutel mag hier niet gebruikt worden.";
    return "De zoekmachine antwoordt niet. Probeer het later opnieuw.";
  }
}

function complain(problem) {
  const message = byId("sleutelfout");
  const field = byId("sleutel");
  message.textContent = problem;
  message.hidden = !problem;
  field.toggleAttribute("aria-invalid", false);
  if (problem) field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", problem ? "sleutelfout sleuteluitleg" : "sleuteluitleg");
}

function showState() {
  const signedIn = Boolean(key());
  byId("aanmelden").hidden = signedIn;
  byId("afmelden").hidden = !signedIn;
  byId("aangemeld").hidden = !signedIn;
}
