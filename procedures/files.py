"""The files of a version: their URLs, and how they are served."""

import logging
from collections.abc import Iterable
from typing import Any, BinaryIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from qms.proof import store

log = logging.getLogger("procedures.files")

PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
# Types that a browser displays without executing anything
INLINE = {
    *PICTURES,
    "application/pdf",
}
LONGEST_SIGNATURE = 8192  # bytes from which a type is detected
ROLE_NAMES = {
    "original": "tai-lieu",
    "form": "bieu-mau",
    "signed": "ban-ky",
    "rendered": "tai-lieu",
    "picture": "hinh",
    "shown": "hinh",
}


def file_name(file: dict[str, Any]) -> str:
    """The file name for downloads, without characters that are special to a file system."""
    name = "".join(
        "-" if c in '/\\:*?"<>|' or not c.isprintable() else c for c in str(file.get("name") or "")
    ).strip(" .")
    if name:
        return name
    ending = PICTURES.get(
        str(file.get("mime")), "pdf" if file.get("mime") == "application/pdf" else "bin"
    )
    return f"{ROLE_NAMES.get(str(file.get('role')), 'tep')}-{str(file['sha256'])[:8]}.{ending}"


def anchor_of(file: dict[str, Any]) -> str:
    """The anchor of a file on the page of its document."""
    return f"tep-{str(file['sha256'])[:12]}"


def file_url(version: int, file: dict[str, Any]) -> str:
    return reverse("version_file", args=[version, file["sha256"], file_name(file)])


class Addresses:
    """The URLs of a version's files by SHA-256. A picture in a format that browsers can't display
    is replaced by its PNG (role "shown", which names the picture in "of")."""

    def __init__(self, version: int, files: Iterable[dict[str, Any]] = ()) -> None:
        held = list(files)
        self._saved = {f["sha256"]: file_url(version, f) for f in held}
        self._shown = {
            f["sha256"]: self._saved[f["sha256"]] for f in held if f.get("mime") in PICTURES
        }
        self._shown |= {
            f["of"]: self._shown[f["sha256"]]
            for f in held
            if f.get("of") and f["sha256"] in self._shown
        }

    def __len__(self) -> int:
        return len(self._saved)

    def shown(self, sha256: str) -> str:
        """The URL of a picture that a browser can display; "" if there is none."""
        return self._shown.get(sha256, "")

    def saved(self, sha256: str) -> str:
        """The URL of the original file; "" if the version has no such file."""
        return self._saved.get(sha256, "")


def _believed(mime: str, handle: BinaryIO) -> str:
    """The stored type, unless a browser would display it and the bytes are not of that type."""
    if mime in INLINE:
        head = handle.read(LONGEST_SIGNATURE)
        handle.seek(0)
        if store.mime_of(head) != mime:
            return "application/octet-stream"
    return mime or "application/octet-stream"


def send(request: HttpRequest, file: dict[str, Any]) -> HttpResponseBase:
    """The bytes, with a validator and the Vietnamese name. Anything not plainly harmless is sent as
    a download."""
    tag = f'"{file["sha256"]}"'
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        try:
            handle = store.open_file(file["sha256"])
        except ValueError as error:
            raise Http404 from error
        except (FileNotFoundError, store.Damaged):
            log.exception("stored file %s is missing or damaged; see check_proof", file["sha256"])
            return render(request, "procedures/damaged_file.html", {"file": file}, status=404)
        mime = _believed(str(file.get("mime") or ""), handle)
        shown = mime in INLINE and "download" not in request.GET
        response = FileResponse(
            handle, as_attachment=not shown, filename=file_name(file), content_type=mime
        )
    response["ETag"] = tag
    response["X-Content-Type-Options"] = "nosniff"
    if file.get("mime") in PICTURES:
        patch_cache_control(response, private=True, max_age=86_400, immutable=True)
    else:
        # Revalidated each time: readers can change
        patch_cache_control(response, private=True, no_cache=True)
    return response
