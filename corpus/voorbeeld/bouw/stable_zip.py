"""Office files that are the same bytes every time: zip members in order, with the document's own date."""

import datetime
import io
import re
import zipfile

_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def normalise(data: bytes, moment: datetime.datetime) -> bytes:
    """The same package with every time stamp set to `moment`, also in spreadsheets embedded in charts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, moment.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            new.writestr(info, _member(name, old.read(name), moment))
    return buffer.getvalue()


def _member(name: str, data: bytes, moment: datetime.datetime) -> bytes:
    if name.endswith(".xlsx"):
        return normalise(data, moment)
    if name == "docProps/core.xml":
        stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        return _STAMP.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
    return data
