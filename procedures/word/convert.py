"""Converts older and foreign formats with LibreOffice, in a separate process with its own profile
and a time limit."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from procedures.word import confined
from procedures.word.errors import refuse

# Nothing may be fetched or executed during a conversion: linked pictures are not loaded, a dead
# proxy catches what slips through, macros are off. What LibreOffice does all the same, the kernel
# refuses (confined.py).
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
</oor:items>
"""


def find_soffice() -> str | None:
    """The LibreOffice program of this machine, or None."""
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name)
        if found:
            return found
    return next(
        (
            p
            for p in ("/usr/lib/libreoffice/program/soffice", "/opt/libreoffice/program/soffice")
            if pathlib.Path(p).exists()
        ),
        None,
    )


MOST_PAGES = 30  # rendered per file
_RANGE = '{"PageRange":{"type":"string","value":"1-%d"}}' % (MOST_PAGES + 1)  # noqa: UP031 - braces
FILTERS = {
    "pdf": "pdf:writer_pdf_Export:" + _RANGE,
    "docx": "docx:MS Word 2007 XML",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "pptx": "pptx:Impress MS PowerPoint 2007 XML",
}


# Import filters for files that LibreOffice would misread by their name.
SOURCES = {"html": "HTML (StarWriter)", "mht": "HTML (StarWriter)", "wordml": "MS Word 2003 XML"}
ENDINGS = {"mht": "html", "wordml": "xml"}


def to_docx(
    data: bytes, name: str, format: str, *, soffice: str | None = None, timeout: float = 60
) -> bytes:
    """The document as .docx bytes. Raises UnreadableFile: no_converter, timeout,
    conversion_failed."""
    return convert(data, name, format, to="docx", soffice=soffice, timeout=timeout)


def convert(
    data: bytes, name: str, format: str, *, to: str, soffice: str | None = None, timeout: float = 60
) -> bytes:
    """The file in one of the formats of FILTERS. Raises UnreadableFile: no_converter,
    timeout, conversion_failed."""
    program = soffice or find_soffice()
    if not program or not (pathlib.Path(program).exists() or shutil.which(program)):
        raise refuse("no_converter", name, format)
    with tempfile.TemporaryDirectory(prefix="qms-word-", ignore_cleanup_errors=True) as folder:
        root = pathlib.Path(folder)
        source, out = root / f"source.{ENDINGS.get(format, format)}", root / "out"
        out.mkdir()
        source.write_bytes(data)
        read_as = [f"--infilter={SOURCES[format]}"] if format in SOURCES else []
        options = [*read_as, "--convert-to", FILTERS[to], "--outdir", str(out), str(source)]
        try:
            in_time = run_office(program, options, root, timeout)
        except OSError as e:
            raise refuse("no_converter", name, format) from e
        if not in_time:
            raise refuse("timeout", name, f"quá {timeout:g} giây")
        made = out / f"source.{to}"
        if not made.exists() or made.stat().st_size == 0:
            raise refuse("conversion_failed", name, format)
        return made.read_bytes()


def run_office(program: str, options: Sequence[str], root: pathlib.Path, timeout: float) -> bool:
    """Runs LibreOffice with a profile of its own, confined to the folder `root`. Returns False if
    it was ended after `timeout` seconds."""
    profile = root / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf8")
    command = [sys.executable, "-I", confined.__file__, str(root), shutil.which(program) or program]
    command += [f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--nolockcheck", "--nodefault", "--nofirststartwizard", *options]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(root),
        cwd=root,
        start_new_session=True,
    )
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        return False
    finally:
        _end(process)
    return True


def _environment(home: pathlib.Path) -> dict[str, str]:
    """LibreOffice's environment: a separate home, and no way out to the network."""
    kept = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")
    return {k: v for k, v in os.environ.items() if k in kept} | {
        "HOME": str(home),
        "TMPDIR": str(home),
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the whole process group: soffice starts a child that would outlive it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
