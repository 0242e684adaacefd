"""Uploads into the append-only store, and downloads for drafters."""

from typing import Any

from django.core.signing import BadSignature
from django.http import Http404, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from procedures import files
from procedures.content import pictures_of, stream
from procedures.editor.blocks import sign_picture, unsign_picture
from procedures.models.stand_ins import shown_of
from procedures.officer.common import (
    AuthenticatedRequest,
    document_or_404,
    drafts,
    for_drafters,
)
from qms.errors import Refused
from qms.models import StoredFile
from qms.proof import store
from qms.proof.uploads import PHOTOS, opened_picture
from qms.text.names import clean_name
from qms.text.numbers import whole_number
from qms.work.bodies import takes_files

FORMATS = {"image/gif": "GIF", **PHOTOS}  # their names in Pillow
PICTURES = set(FORMATS)
DOCUMENTS = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/rtf": ".rtf",
}
SCANS = {"application/pdf", "image/png", "image/jpeg", "image/tiff"}
LARGEST_PICTURE, LARGEST_FILE = 10 * 1024 * 1024, 50 * 1024 * 1024


class Unusable(Exception):  # noqa: N818 - an answer to the person, not a fault
    """The file can't be accepted; `str()` says why and what to do."""


def take(uploaded: Any, allowed: set[str], largest: int) -> tuple[StoredFile, str]:
    """Stores an uploaded file whose type, by its content, is allowed. Raises Unusable."""
    if uploaded is None:
        raise Unusable(_("Chưa có tệp nào được gửi lên."))
    if uploaded.size > largest:
        raise Unusable(
            _("Tệp lớn hơn %(size)d MB. Hãy giảm kích thước rồi tải lại.")
            % {"size": largest // 1024 // 1024}
        )
    data = uploaded.read()
    if not data:
        raise Unusable(_("Tệp này trống."))
    mime = store.mime_of(data)
    if mime in {"application/x-ole-storage", "application/CDFV2"}:
        mime = (
            "application/vnd.ms-excel"
            if clean_name(uploaded.name).lower().endswith(".xls")
            else "application/msword"
        )
    if mime not in allowed:
        raise Unusable(_refusal(data, allowed))
    if mime in PICTURES:
        _check_picture(data, FORMATS[mime])
    return store.add(data, mime), clean_name(uploaded.name)


def _refusal(data: bytes, allowed: set[str]) -> str:
    if allowed == PICTURES:
        if b"<svg" in data[:2000].lower():
            return _(
                "Ảnh SVG có thể chứa mã chạy được nên không nhận. Hãy lưu thành PNG rồi tải lại."
            )
        return _(
            "Tệp này không phải ảnh PNG, JPEG, GIF hoặc WebP (xét theo nội dung tệp, không theo tên)."
        )
    if allowed == SCANS:
        return _(
            "Bản quét cần là tệp PDF hoặc ảnh PNG, JPEG, TIFF (xét theo nội dung tệp, không theo tên)."
        )
    return _(
        "Tệp này không phải Word, Excel, PDF hay OpenDocument (xét theo nội dung tệp, không theo tên)."
    )


def _check_picture(data: bytes, form: str) -> None:
    try:
        with opened_picture(data, form) as picture:
            picture.verify()
    except Refused as refusal:
        raise Unusable(str(refusal)) from None
    except Exception:  # as for photos
        raise Unusable(
            _("Ảnh này bị hỏng. Hãy mở lại bằng phần mềm xem ảnh, lưu lại rồi tải lên.")
        ) from None


@takes_files(LARGEST_PICTURE, drafts)
@for_drafters
@require_POST
def picture_upload(request: AuthenticatedRequest) -> JsonResponse:
    """{"token", "name"} of a stored picture; 400 with {"error"} otherwise."""
    return _upload(request, PICTURES, LARGEST_PICTURE)


@takes_files(LARGEST_FILE, drafts)
@for_drafters
@require_POST
def file_upload(request: AuthenticatedRequest) -> JsonResponse:
    """{"token", "name"} of a stored form file; 400 with {"error"} otherwise."""
    return _upload(request, set(DOCUMENTS), LARGEST_FILE)


def _upload(request: AuthenticatedRequest, allowed: set[str], largest: int) -> JsonResponse:
    try:
        stored, name = take(request.FILES.get("file"), allowed, largest)
    except Unusable as problem:
        return JsonResponse({"error": str(problem)}, status=400)
    return JsonResponse({"token": sign_picture(stored.pk), "name": name})


@for_drafters
@require_safe
def picture(request: AuthenticatedRequest, token: str) -> HttpResponseBase:
    """A picture: by a token that this server signed, or by the digest if a document that the user
    drafts shows it."""
    return _send(request, token, "picture", PICTURES)


@for_drafters
@require_safe
def file(request: AuthenticatedRequest, token: str) -> HttpResponseBase:
    """A form's file, by a token that this server signed."""
    return _send(request, token, "form", set())


def _send(
    request: AuthenticatedRequest, token: str, role: str, inline: set[str]
) -> HttpResponseBase:
    try:
        sha256 = unsign_picture(token)
    except BadSignature:
        sha256 = token if _shown_by_own(request, token) else ""
    stored = StoredFile.objects.filter(pk=sha256).first() if sha256 else None
    if stored is not None and inline and stored.mime not in inline:
        # The PNG that replaces a format no browser displays
        stored = shown_of([stored.pk]).get(stored.pk)
    if stored is None:
        raise Http404
    name = clean_name(request.GET["name"]) if request.GET.get("name") else ""
    return files.send(
        request, {"sha256": stored.pk, "mime": stored.mime, "name": name, "role": role}
    )


def _shown_by_own(request: AuthenticatedRequest, sha256: str) -> bool:
    pk = whole_number(request.GET.get("document"))
    return pk is not None and sha256 in pictures_of(
        stream.to_content(document_or_404(request, pk).body)
    )


@for_drafters
@require_safe
def source(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """The original file that a draft was read from."""
    page = document_or_404(request, pk)
    if page.source is None:
        raise Http404
    return files.send(
        request,
        {
            "sha256": page.source.pk,
            "mime": page.source.mime,
            "name": page.source_name,
            "role": "original",
        },
    )
