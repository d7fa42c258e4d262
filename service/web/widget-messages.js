// What <kennislab-zoek> says when there are no sources to show.

import { make } from "./dom.js";

const AUTOMATIC = 60; // seconds; who has to wait longer is not kept waiting without a word

/** After how many milliseconds to ask again by ourselves, or null. */
export function waitFor(failure) {
  return failure.kind === "busy" && failure.wait !== null && failure.wait <= AUTOMATIC ? failure.wait * 1000 : null;
}

function message(kind, level, title, ...content) {
  return make(
    "div",
    { class: `melding melding--${kind}`, part: `melding melding-${kind}`, role: kind === "leeg" ? null : "alert" },
    make(`h${level}`, { class: "kop" }, title),
    ...content,
  );
}

function retryButton(texts, retry) {
  const button = make("button", { type: "button", class: "knop", part: "knop", "data-hier": true, on: { click: retry } }, texts.retry);
  return make("p", {}, button);
}

/** A web address, or an e-mail address as a link; null for anything else. */
function contactLink(contact) {
  if (/^(https?:\/\/|mailto:)/.test(contact)) return contact;
  return /^[^\s:/?&<>"']+@[^\s:/?&<>"']+$/.test(contact) ? `mailto:${contact}` : null;
}

/** Nothing passes the bar. */
export function emptyMessage(texts, level, answer) {
  const href = contactLink(answer.contact ?? "");
  const [before, link, after] = texts.contact;
  return message(
    "leeg",
    level,
    texts.nothing,
    make("p", {}, texts.nothingWhy),
    make("p", {}, texts.nothingTip),
    href ? make("p", {}, before, make("a", { class: "koppeling", part: "contact", href, rel: "noopener" }, link), after) : null,
  );
}

/** What went wrong and what to do. `again` tells that the question is asked again without doing anything. */
export function failureMessage(texts, level, failure, again, retry) {
  if (failure.kind === "busy") {
    const text = make("p", {}, again ? texts.busyAgain(failure.wait) : texts.busyLater);
    return message("wacht", level, texts.busy, text, again ? null : retryButton(texts, retry));
  }
  const [title, text] = texts.failures[failure.kind] ?? texts.failures.other;
  const helps = !["key", "setup", "question"].includes(failure.kind);
  const reason = failure.kind === "question" && failure.message ? make("p", { lang: "nl" }, failure.message) : null;
  return message("fout", level, title, make("p", {}, text), reason, helps ? retryButton(texts, retry) : null);
}
