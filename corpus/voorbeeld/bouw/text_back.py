"""The text of a built file, roughly: enough to see whether two builds say the same."""

import io
import re
import zipfile

import pypdf

_MARKUP = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")


def text_of(data: bytes, suffix: str, encoding: str = "utf-8") -> str:
    """The text with single spaces between words; of an Office file every XML part that holds text."""
    if suffix == ".pdf":
        reader = pypdf.PdfReader(io.BytesIO(data))
        text = "\n".join(page.extract_text() for page in reader.pages)
    elif suffix in {".docx", ".pptx"}:
        text = _package_text(data)
    else:
        text = data.decode(encoding)
    return _SPACE.sub(" ", text).strip()


def _package_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [name for name in package.namelist() if re.match(r"(word|ppt)/.*\.xml$", name)]
        parts = [package.read(name).decode("utf-8") for name in sorted(names)]
    return "\n".join(_MARKUP.sub(" ", part) for part in parts)
