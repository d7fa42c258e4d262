// A source that was found, as a card of <kennislab-zoek>.

import { hiddenText, make } from "./dom.js";
import { blocks } from "./passage.js";
import { addressAt } from "./widget-client.js";
import { dayIn, placeIn, spoken } from "./widget-words.js";

/** Where a passage opens by itself: a PDF at its page, anything else in the service's own view. */
function pathTo(document, passage) {
  if (/\.pdf$/i.test(document.bestandsnaam)) return passage.link;
  const values = new URLSearchParams({ id: document.id, pagina: String(passage.pagina ?? 1), passage: passage.id });
  return `/bron#${values}`;
}

/** A link, or a button for what opens only with the key: a link can not carry that. */
function opener(context, { document, passage, part, lead = "" }, ...content) {
  const { texts, service, opened, show } = context;
  if (service.key && document.vertrouwelijkheid !== "openbaar") {
    const act = () => {
      opened(document, passage);
      show(document, passage);
    };
    return make("button", { type: "button", class: `koppeling ${lead}`, part, "aria-haspopup": "dialog", on: { click: act } }, ...content);
  }
  const href = addressAt(service.base, pathTo(document, passage));
  if (!href) return make("span", {}, ...content);
  const tell = (event) => event.type === "click" || event.button === 1 ? opened(document, passage) : null;
  const on = { click: tell, auxclick: tell };
  return make("a", { class: `koppeling ${lead}`, part, href, target: "_blank", rel: "noopener", on }, ...content, hiddenText(texts.newTab));
}

/** Kind, maker and date on one line, and the page where that is given. */
export function factsOf(texts, document, place = "") {
  const capital = document.soort.charAt(0).toLocaleUpperCase("nl") + document.soort.slice(1);
  return make(
    "p",
    { class: "gegevens", part: "gegevens" },
    make("span", spoken(texts, "nl"), capital),
    document.organisatie ? make("span", spoken(texts, "nl"), document.organisatie) : null,
    document.datum ? make("time", { datetime: document.datum }, dayIn(texts, document.datum)) : null,
    place ? make("span", {}, place) : null,
  );
}

/** Text with its marks, each of which a portal can style. */
export function quoteOf(texts, document, passage) {
  const quote = make("blockquote", { class: "passage", part: "passage", ...spoken(texts, passage.taal) }, blocks(passage));
  for (const mark of quote.querySelectorAll("mark")) mark.part = "markering";
  return quote;
}

function passageOf(context, document, passage) {
  const { texts } = context;
  const title = hiddenText(texts.of(document.titel));
  const place = placeIn(texts, document, passage.pagina);
  const link = opener(context, { document, passage, part: "open", lead: "koppeling--open" }, texts.open(place), title);
  return make("div", { class: "vindplaats" }, quoteOf(texts, document, passage), make("p", {}, link));
}

function others(context, document, passages) {
  if (!passages.length) return null;
  return make(
    "details",
    {},
    make("summary", { part: "meer-passages" }, context.texts.others(passages.length)),
    passages.map((passage) => passageOf(context, document, passage)),
  );
}

/** The list item of one result. `context` is { texts, service, level, opened, show }. */
export function sourceCard(context, result, number) {
  const { texts } = context;
  const { document, passages } = result;
  const [best, ...rest] = passages;
  const id = `titel-${number}`;
  const strong = result.relevantie === "sterk";
  const title = document.titel || document.bestandsnaam;
  return make(
    "li",
    {},
    make(
      "article",
      { class: "kaart", part: "kaart", "aria-labelledby": id },
      factsOf(texts, document),
      make(
        `h${Math.min(context.level + 1, 6)}`,
        { class: "titel", part: "titel" },
        opener(context, { document, passage: best, part: "titel-link" }, make("span", { id, ...spoken(texts, document.taal) }, title)),
      ),
      make("p", { class: `relevantie${strong ? " relevantie--sterk" : ""}`, part: "relevantie" }, texts.relevance[result.relevantie] ?? ""),
      passageOf(context, document, best),
      others(context, document, rest),
    ),
  );
}
