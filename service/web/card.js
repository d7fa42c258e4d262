// A source that was found, as a card.

import { viewerAddress } from "./address.js";
import { addressWithKey, key, pictureAddress } from "./api.js";
import { citation, fullAddress } from "./citation.js";
import { hiddenText, make } from "./dom.js";
import { blocks, path } from "./passage.js";
import { RELEVANCE, capital, day, languageOf, level, pageWord } from "./words.js";

const PICTURE_WIDTH = 320; // twice what is shown, for sharp screens

function isPdf(document) {
  return /\.pdf$/i.test(document.bestandsnaam);
}

/** Where the passage opens: a PDF at its page; another format, or a PDF that needs the key, in our own view. */
function opens(document, passage) {
  const direct = isPdf(document) && passage.pagina !== null && !(key() && document.vertrouwelijkheid !== "openbaar");
  return direct ? passage.link : viewerAddress(document, passage.pagina, passage.id);
}

function where(document, passage) {
  return passage.pagina === null ? "bij deze passage" : `op ${pageWord(document.bestandsnaam)} ${passage.pagina}`;
}

function facts(document) {
  const badge = level(document.vertrouwelijkheid);
  return make(
    "p",
    { class: "kl-kaart__gegevens" },
    make("span", {}, capital(document.soort)),
    document.organisatie ? make("span", {}, document.organisatie) : null,
    document.datum ? make("time", { datetime: document.datum }, day(document.datum)) : null,
    badge ? make("span", { class: "utrecht-data-badge" }, hiddenText("Vertrouwelijkheid: "), badge) : null,
  );
}

function openLink(document, passage, kind) {
  const address = opens(document, passage);
  return make(
    "a",
    { class: `${kind} kl-open`, href: address, "data-adres": fullAddress(address) },
    `Open ${where(document, passage)}`,
    hiddenText(` van ${document.titel}`),
  );
}

function passageOf(document, passage, linkKind) {
  const headings = path(passage, document.titel);
  return make(
    "div",
    { class: "kl-passage" },
    headings.length
      ? make("p", { class: "kl-passage__pad", ...languageOf(passage.taal) }, headings.join(" › "))
      : null,
    make("blockquote", { class: "kl-passage__tekst", ...languageOf(passage.taal) }, blocks(passage)),
    make("p", {}, openLink(document, passage, linkKind)),
  );
}

function more(document, passages) {
  if (!passages.length) return null;
  const name = passages.length === 1 ? "Nog 1 passage uit dit document" : `Nog ${passages.length} passages uit dit document`;
  return make(
    "details",
    { class: "kl-uitklap" },
    make("summary", {}, name),
    passages.map((passage) => passageOf(document, passage, "utrecht-link")),
  );
}

/** The page in small with the passage marked; leaves nothing when there is no picture. */
function picture(document, passage, card) {
  if (!isPdf(document) || passage.pagina === null) return null;
  const image = make("img", {
    alt: `Pagina ${passage.pagina} van ${document.titel}, met de passage gemarkeerd`,
    width: PICTURE_WIDTH,
    loading: "lazy",
    decoding: "async",
  });
  const link = make("a", { href: viewerAddress(document, passage.pagina, passage.id) }, image);
  const figure = make("figure", { class: "kl-kaart__beeld" }, link, make("figcaption", {}, `Pagina ${passage.pagina}`));
  const drop = () => {
    figure.remove();
    card.classList.remove("kl-kaart--beeld");
  };
  image.addEventListener("error", drop);
  image.addEventListener("load", () => image.src.startsWith("blob:") && URL.revokeObjectURL(image.src));
  const address = pictureAddress(document.id, passage.pagina, PICTURE_WIDTH, passage.id);
  addressWithKey(address, document.vertrouwelijkheid).then((found) => (image.src = found), drop);
  return figure;
}

/** The list item of one result; `number` makes its ids unique. */
export function card(result, number, announce) {
  const { document, passages } = result;
  const [best, ...others] = passages;
  const title = `titel-${number}`;
  const element = make("article", { class: "kl-kaart kl-kaart--beeld", "aria-labelledby": title });
  const heading = make(
    "h3",
    { class: "utrecht-heading-3 kl-kaart__titel", id: title, ...languageOf(document.taal) },
    make("a", { class: "utrecht-link", href: opens(document, best) }, document.titel || document.bestandsnaam),
  );
  const relevance = make(
    "p",
    { class: `kl-relevantie kl-relevantie--${result.relevantie === "sterk" ? "sterk" : "mogelijk"}` },
    RELEVANCE[result.relevantie] ?? "",
  );
  const figure = picture(document, best, element);
  if (!figure) element.classList.remove("kl-kaart--beeld");
  element.append(
    make(
      "div",
      {},
      facts(document),
      heading,
      relevance,
      passageOf(document, best, "utrecht-button utrecht-button--secondary-action"),
      more(document, others),
      citation(document, best.pagina, opens(document, best), announce),
    ),
    ...(figure ? [figure] : []),
  );
  return make("li", {}, element);
}
