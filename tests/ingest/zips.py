"""Office files with other parts, for the tests."""

import io
import zipfile
from collections.abc import Callable


def changed(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same zip after a change to its parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    change(parts)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return file.getvalue()
