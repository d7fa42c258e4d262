"""The process that has LibreOffice draw one presentation as a PDF, started by `service.slides`.

    service.slides ──starts, holds its input──► service.office ──► soffice: its own group, folder, profile and limits

Whatever happens, LibreOffice ends: at the time limit, when the service is gone (our input ends), when the presentation
is withdrawn (our folder is erased), or with us.
"""

import ctypes
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pypdfium2

from corpus.errors import ReadError
from ingest.confinement import PR_SET_PDEATHSIG, cut_off
from service.office_copy import write_copy

COPY, MADE = "dia.pptx", "dia.pdf"
MEMORY = 2 << 30  # bytes of address space; an ordinary presentation takes a quarter of it
LARGEST = 256 << 20  # bytes of a file that is written
OPEN_FILES = 256
NICE = 10  # searching goes first
LOOK_S = 0.1
MADE_PROFILE = 81  # the exit status of a first start: it made its profile and wants to be started again
FILTER = "Impress MS PowerPoint 2007 XML"  # said and not guessed, so that no other reader of LibreOffice is reached

# Paths and values of LibreOffice's registry.
SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("Common/Filter/PDF/Export", "ExportHiddenSlides", "true"),  # they have a number and a text too
    ("Common/Filter/PDF/Export", "MaxImageResolution", "150"),
    ("Common/Filter/PDF/Export", "ReduceImageResolution", "true"),
    ("Common/Filter/PDF/Export", "ExportNotesPages", "false"),
    ("Common/Filter/PDF/Export", "UseTaggedPDF", "false"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Misc", "UseOpenCL", "false"),
    ("Java/VirtualMachine", "Enable", "false"),
    ("Calc/Content/Update", "Link", "2"),  # never
    ("Writer/Content/Update", "Link", "2"),
)

FAILED = "LibreOffice maakt er geen pdf van"
TOO_SLOW = "LibreOffice deed er te lang over"
OTHER_SLIDES = "LibreOffice tekent een ander aantal dia's"
STOPPED = "het is afgebroken"


def main(folder: str, source: str, program: str, slides: str, seconds: str) -> None:
    """Exit 0 with the PDF in the folder, or 1 with the reason on standard output."""
    room = Path(folder)
    _limit_ourselves()
    try:
        write_copy(Path(source), room / COPY)
        _make_profile(room)
        reason = _draw(room, program, time.monotonic() + float(seconds)) or _judge(room, int(slides))
    except (ReadError, OSError) as error:
        reason = str(error)
    if reason == STOPPED:  # there is nobody who clears it away
        shutil.rmtree(room, ignore_errors=True)
    sys.stdout.write(reason)
    sys.exit(int(bool(reason)))


def _limit_ourselves() -> None:
    """And with us what we start. macOS takes no bound on memory."""
    cut_off()
    os.nice(NICE)
    limits = {resource.RLIMIT_FSIZE: LARGEST, resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: OPEN_FILES}
    if sys.platform.startswith("linux"):
        limits[resource.RLIMIT_AS] = MEMORY
    for kind, limit in limits.items():
        with suppress(ValueError, OSError):  # a lower limit is there already
            resource.setrlimit(kind, (limit, limit))


def _make_profile(room: Path) -> None:
    user = room / "profiel" / "user"
    user.mkdir(parents=True)
    (room / "tmp").mkdir()
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{path}"><prop oor:name={quoteattr(name)} oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in SETTINGS
    )
    text = f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
    (user / "registrymodifications.xcu").write_text(f'<?xml version="1.0" encoding="UTF-8"?>{text}')


def _draw(room: Path, program: str, until: float) -> str:
    """Run it; why there is no PDF, or "" when there is."""
    command = [program, f"-env:UserInstallation={(room / 'profiel').as_uri()}"]
    command += ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", f"--infilter={FILTER}"]
    command += ["--convert-to", "pdf:impress_pdf_Export", COPY]
    for _ in range(2):
        status = _run(command, room, until)
        if status != MADE_PROFILE:
            break
    if isinstance(status, str):
        return status
    return "" if status == 0 and (room / MADE).is_file() else f"{FAILED} (status {status})"


def _run(command: list[str], room: Path, until: float) -> int | str:
    """Its exit status, or why it was ended. Nothing of its group is left."""
    process = subprocess.Popen(  # noqa: S603 - the program that the operator named
        command,
        cwd=room,
        env=_environment(room),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - we have no threads
    )
    try:
        while process.poll() is None:
            if select.select([sys.stdin], [], [], LOOK_S)[0] or not (room / COPY).exists():
                return STOPPED
            if time.monotonic() > until:
                return TOO_SLOW
        return process.returncode
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _environment(room: Path) -> Mapping[str, str]:
    """Everything that is written, is written in the folder: also the socket by which LibreOffice finds itself."""
    places = {"HOME": str(room), "TMPDIR": str(room / "tmp"), "OSL_SOCKET_PATH": "."}
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp", **places}


def _end_with_parent() -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _judge(room: Path, slides: int) -> str:
    """Why the PDF is no picture of these slides, or "". With another number of pages a passage would be on another."""
    try:
        with pypdfium2.PdfDocument(room / MADE) as made:
            return "" if len(made) == slides else f"{OTHER_SLIDES} ({len(made)} in plaats van {slides})"
    except pypdfium2.PdfiumError:
        return FAILED
