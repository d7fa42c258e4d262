"""Paged documents: pandoc makes HTML, WeasyPrint makes PDF."""

import os

import weasyprint

from corpus.voorbeeld.bouw import pandoc
from corpus.voorbeeld.bouw.source import Source

TEMPLATES = {"rapport": "rapport.html", "nota": "nota.html", "tweekoloms": "blad.html", "factsheet": "blad.html"}
LEVEL_NAMES = {
    "openbaar": "Openbaar",
    "beperkt_openbaar": "Beperkt openbaar",
    "intern": "Intern",
    "zaakvertrouwelijk": "Zaakvertrouwelijk",
    "vertrouwelijk": "Vertrouwelijk",
}
ENGLISH_KINDS = {
    "handreiking": "Guidance",
    "beleidsdocument": "Policy paper",
    "onderzoek": "Research report",
    "evaluatie": "Evaluation",
    "casus": "Case note",
    "artikel": "Article",
    "presentatie": "Presentation",
}


def style_class(source: Source) -> str:
    """An organisation keeps the same of three house styles in all its documents."""
    return f"stijl-{'abc'[sum(map(ord, source.organisation)) % 3]}"


def kind_name(source: Source) -> str:
    if source.language == "en":
        return ENGLISH_KINDS.get(source.kind, source.kind.capitalize())
    return source.kind.capitalize()


def build_pdf(source: Source) -> bytes:
    """The PDF of a report, note or sheet."""
    names = ["basis.css", f"{source.layout}.css"]
    if source.layout == "rapport" and source.language == "en":
        names.append("rapport-en.css")
    return print_html(_html(source), names, source)


def print_html(html: str, stylesheets: list[str], source: Source) -> bytes:
    """HTML to PDF. fontTools takes the time for its font subsets from SOURCE_DATE_EPOCH, so it is set here."""
    os.environ["SOURCE_DATE_EPOCH"] = str(int(source.moment.timestamp()))
    sheets = [weasyprint.CSS(filename=str(pandoc.STYLES / name)) for name in stylesheets]
    document = weasyprint.HTML(string=html, base_url=str(pandoc.STYLES))
    result: bytes = document.write_pdf(stylesheets=sheets, pdf_identifier=source.file.encode())
    return result


def _html(source: Source) -> str:
    args = [
        f"--template={pandoc.STYLES / TEMPLATES[source.layout]}",
        f"--lua-filter={pandoc.STYLES / 'pdf.lua'}",
        "--wrap=none",
        *pandoc.metadata_args(_values(source)),
    ]
    if source.layout == "rapport":
        args += ["--number-sections", "--toc", "--toc-depth=2"]
    return pandoc.convert(source.text, "html5", args)


def _values(source: Source) -> dict[str, str]:
    contents = "Contents" if source.language == "en" else "Inhoud"
    return {
        "titel": source.title,
        "ondertitel": source.subtitle,
        "organisatie": source.organisation,
        "auteur": source.author,
        "maker": source.author or source.organisation,
        "datum": source.date.isoformat(),
        "datumtekst": source.date_text,
        "soortnaam": kind_name(source),
        "niveau": LEVEL_NAMES[source.classification],
        "kopregel": source.running_head,
        "opmaak": source.layout,
        "stijl": style_class(source),
        "taal": source.language,
        "trefwoorden": ", ".join(source.themes),
        "inhoud": contents if source.contents else "",
        "pagetitle": source.title,
    }
