"""A page of a web site, whole: a reader has to find the text between menu, crumbs and footer."""

from corpus.voorbeeld.bouw import pandoc
from corpus.voorbeeld.bouw.pdf_pages import kind_name
from corpus.voorbeeld.bouw.source import Source


def build_web_page(source: Source) -> bytes:
    """The HTML file of a source with layout `webpagina`."""
    values = {
        "titel": source.title,
        "ondertitel": source.subtitle,
        "organisatie": source.organisation,
        "auteur": source.author,
        "datum": source.date.isoformat(),
        "datumtekst": source.date_text,
        "soortnaam": kind_name(source),
        "taal": source.language,
        "trefwoorden": ", ".join(source.themes),
        "jaar": str(source.date.year),
        "pagetitle": source.title,
    }
    args = [f"--template={pandoc.STYLES / 'webpagina.html'}", "--shift-heading-level-by=1", "--wrap=none"]
    return pandoc.convert(source.text, "html5", [*args, *pandoc.metadata_args(values)]).encode()
