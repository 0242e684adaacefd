"""Pictures that browsers don't display: TIFF and BMP are converted to PNG by Pillow, WMF and EMF by
LibreOffice if installed.

The original is kept unchanged; its replacement is a file of its own in the store (`ShownPicture`),
made in the background. If none can be made, readers get a labelled placeholder and the download."""

import io
import logging
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.db import transaction
from django_tasks import task
from PIL import Image

from procedures import lifecycle
from procedures.derived import metafile
from procedures.models import ShownPicture, Version, stand_ins
from procedures.word.convert import find_soffice, run_office
from qms.models import StoredFile
from qms.proof import store

log = logging.getLogger(__name__)

MOST_PIXELS = 80_000_000
WIDEST = 2_400  # pixels; more is not visible on paper either
SECONDS = 60


def sort_of(data: bytes) -> str:
    """`wmf`, `emf` or `raster` (TIFF, BMP) by content; empty for all else."""
    if data[:4] == b"\xd7\xcd\xc6\x9a" or data[:6] in (
        b"\x01\x00\x09\x00\x00\x03",
        b"\x02\x00\x09\x00\x00\x03",
    ):
        return "wmf"
    if data[:4] == b"\x01\x00\x00\x00" and data[40:44] == b" EMF":
        return "emf"
    return "raster" if data[:4] in (b"II*\x00", b"MM\x00*") or data[:2] == b"BM" else ""


def enqueue_missing(digests: Iterable[str]) -> None:
    """Has the background process make the missing ones."""
    wanted = stand_ins.missing(digests)
    if wanted:
        show_pictures.enqueue(sorted(wanted))


@task(queue_name="imports")
def show_pictures(digests: list[str]) -> int:
    """Makes replacements for pictures that browsers don't display. Returns how many were made;
    idempotent."""
    return make_shown(digests)


def make_shown(digests: Iterable[str]) -> int:
    """Makes the missing replacements now. Returns how many were made; failures are remembered as
    tried.

    Metafiles are left for later if LibreOffice is not installed."""
    made, metafiles = 0, {}
    for sha in stand_ins.missing(digests):
        if not store.is_intact(sha):
            continue  # tried again after a correct upload; reported by check_proof
        data = store.read(sha)
        sort = sort_of(data)
        if sort in {"wmf", "emf"}:
            metafiles[sha] = (data, sort)
        else:
            made += _keep(sha, _with_pillow(data) if sort == "raster" else None)
    if metafiles and find_soffice():
        drawn = _with_libreoffice(metafiles)
        for sha in metafiles:
            made += _keep(sha, drawn.get(sha))
    return made


def _keep(sha: str, png: bytes | None) -> int:
    """Records the picture's replacement, and adds it to the versions that contain the picture."""
    shown = store.add(png, "image/png") if png else None
    with transaction.atomic():
        ShownPicture.objects.update_or_create(original_id=sha, defaults={"shown": shown})
        if shown is not None:
            _tell_versions(sha, shown)
    return int(shown is not None)


def _tell_versions(sha: str, shown: StoredFile) -> None:
    """Versions recorded before the replacement existed get it as a file added later."""
    for version in Version.objects.filter(files__icontains=sha).defer("content"):
        added = [file for act in version.acts.all() for file in act.files]
        if not any(file.get("of") == sha for file in [*version.files, *added]):
            lifecycle.add_file(version, shown, name="", role="shown", by=None, of=sha)


def _with_pillow(data: bytes) -> bytes | None:
    """The first page as PNG; None if Pillow can't read it, or it would be too large."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture.thumbnail((WIDEST, WIDEST * 2))
            out = io.BytesIO()
            (
                picture
                if picture.mode in {"1", "L", "P", "RGB", "RGBA"}
                else picture.convert("RGB")
            ).save(out, "PNG", optimize=True)
            return out.getvalue()
    except Exception as problem:  # damaged files raise all kinds of exceptions
        log.info("a picture that can't be shown: %s", problem)
        return None


def _with_libreoffice(metafiles: dict[str, tuple[bytes, str]]) -> dict[str, bytes]:
    """{SHA-256: PNG} for those that LibreOffice could convert. One start for all, in a separate
    process with a time limit.

    Each goes through Writer on a page of its own size, as a PDF, since servers usually have Writer
    but not Draw."""
    with tempfile.TemporaryDirectory(prefix="qms-pictures-", ignore_cleanup_errors=True) as folder:
        root, out = Path(folder), Path(folder) / "out"
        out.mkdir()
        for sha, (data, sort) in metafiles.items():
            metafile.write_page(root / f"{sha}.odt", data, sort)
        pages = [f"{sha}.odt" for sha in metafiles]
        options = ["--convert-to", "pdf", "--outdir", str(out), *pages]
        if not run_office(str(find_soffice()), options, root, SECONDS + 5 * len(metafiles)):
            log.warning("LibreOffice took too long over %s pictures", len(metafiles))
        drawn = {
            path.stem: metafile.draw_page(path.read_bytes(), WIDEST) for path in out.glob("*.pdf")
        }
        return {sha: png for sha, png in drawn.items() if png}
