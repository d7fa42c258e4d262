// Pieces that the editor's pages are put together from.

import { openKeyDialog } from "./keydialog.js";
import { byId, hiddenText, make } from "./dom.js";

/** A button; `about` says for a screen reader what it is about. */
export function button(text, act, { kind = "secondary-action", about = "", ...more } = {}) {
  const attributes = { type: "button", class: `utrecht-button utrecht-button--${kind}`, on: { click: act }, ...more };
  return make("button", attributes, text, about ? hiddenText(`: ${about}`) : null);
}

export function notice(kind, title, ...content) {
  const role = kind === "error" ? "alert" : null;
  const heading = title ? make("p", { class: "kl-melding__kop" }, title) : null;
  return make("div", { class: `utrecht-alert utrecht-alert--${kind}`, role }, heading, ...content);
}

export function text(...children) {
  return make("p", { class: "utrecht-paragraph" }, ...children);
}

/** A name that others chose; in its own direction, so that it can not turn the words around it. */
export function nameOf(value) {
  return make("bdi", {}, value);
}

let said = 0;

/** Say it to who does not see it. The same words twice are said twice. */
export function announce(words) {
  clearTimeout(said);
  byId("status").textContent = "";
  said = setTimeout(() => (byId("status").textContent = words), 50);
}

/** What went wrong in words: [what, what to do]. */
export function failureInWords(error) {
  switch (error.status) {
    case undefined:
      return navigator.onLine
        ? ["De service antwoordt niet", "Probeer het zo nog eens. Wat u invulde, staat er nog."]
        : ["U bent offline", "Controleer uw verbinding. Wat u invulde, staat er nog."];
    case 401:
      return ["Uw sleutel is niet meer geldig", "De sleutel is verlopen of ingetrokken. Meld u aan met een andere sleutel."];
    case 403:
      return ["Dit mag niet met uw sleutel", error.message];
    case 404:
      return ["Dit is er niet meer", "Het is intussen verwijderd, of u mag het niet zien."];
    case 429:
      return ["Dit ging te snel achter elkaar", `Wacht ${error.wait === null ? "even" : `${error.wait} seconden`} en probeer het dan opnieuw.`];
    case 503:
      return ["De kennisbank is even bezet", "Zij start op of wordt bijgewerkt. Probeer het over een minuut opnieuw."];
    default:
      return error.status >= 500
        ? ["Er ging iets mis bij ons", "Probeer het later opnieuw. Blijft dit zo? Meld het aan de beheerder."]
        : ["Dit lukt niet", error.message];
  }
}

/** What went wrong, with a button that tries again where that can help. */
export function failure(error, retry = null) {
  const [what, todo] = failureInWords(error);
  const act = error.status === 401 ? button("Andere sleutel", openKeyDialog, { kind: "primary-action" }) : null;
  const again = retry && ![401, 403].includes(error.status) ? button("Probeer opnieuw", retry) : null;
  return notice("error", what, text(todo), act || again ? make("p", { class: "kl-rij" }, act, again) : null);
}

/** Show it in place of what stood there; nothing empties the place. */
export function put(place, ...nodes) {
  place.replaceChildren(...nodes.filter(Boolean));
}

/** Do it while the button can not be pressed again; the focus stays. */
export async function whileBusy(element, act) {
  if (element.getAttribute("aria-disabled") === "true") return undefined;
  element.setAttribute("aria-disabled", "true");
  try {
    return await act();
  } finally {
    element.removeAttribute("aria-disabled");
  }
}
