"""The subject on the approval's page: the document from the sealed bytes, and what changed
in it."""

from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procedures import files
from procedures.approval import readiness, sealing
from procedures.approval.sealing import SealedDraft
from procedures.changes import redline
from procedures.changes.redline import State
from procedures.changes.states import each_time_of, facts_of
from procedures.enums import Visibility
from procedures.files import PICTURES, file_name
from procedures.flag_words import worded
from procedures.models import Version
from procedures.reader import render
from qms.approvals import queries, rules
from qms.models import ApprovalItem
from qms.proof.store import Damaged

EDITION = 2
KEPT_SECONDS = 24 * 3600


def show(item: ApprovalItem, data: bytes, before: bytes | None) -> SafeString:
    """The sealed document as HTML, rendered once per digest. `before`: the bytes of the preceding
    round, if any."""
    current = _in_force(item)
    earlier = sealing.read(before).digest if before else ""
    key = f"sealed:{item.pk}:{item.digest}:{earlier[:16]}:{current or 0}:{EDITION}:{render.EDITION}:{get_language()}"
    cache = caches["memory"]
    kept = cache.get(key)
    if kept is None:
        kept = _draw(item, sealing.read(data), before, current)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _in_force(item: ApprovalItem) -> int | None:
    """The ID of the document's version in force, which this one would replace; once it is issued,
    of its predecessor."""
    document = int(item.subject.partition(":")[2])
    versions = Version.objects.filter(document=document)
    issued = versions.filter(approval=item.approval_id).values_list("ordinal", flat=True).first()
    if issued is None:
        return versions.in_force().values_list("pk", flat=True).first()
    earlier = versions.standing().filter(ordinal__lt=issued).order_by("-ordinal")
    return earlier.values_list("pk", flat=True).first()


def _draw(
    item: ApprovalItem, draft: SealedDraft, before: bytes | None, current: int | None
) -> SafeString:
    version = draft.version()
    address = _addresses(item, version)
    compared = []
    if before:
        html = redline.as_html(
            _sealed_state(sealing.read(before)),
            _sealed_state(draft),
            prefix=f"vong-{version.document_id}",
        )
        compared.append((_("Thay đổi so với lần trình trước"), html))
    if current is not None:
        old = Version.objects.get(pk=current)
        label = _("Thay đổi so với phiên bản %(number)d") % {"number": old.ordinal}
        compared.append((label, _changes(old, version, "ban")))
    context = {
        "item": item,
        "draft": draft,
        "version": version,
        "terms": draft.terms,
        "visibility": Visibility(version.visibility).label,
        "drawn": render.document(version.content, address),
        "compared": compared,
        "doubts": readiness.total_sentences(version.content),
        "downloads": [
            {**file, "url": _file_url(item, file)}
            for file in version.files
            if file["role"] in {"original", "form"}
        ],
    }
    return render_to_string("procedures/approval/sealed.html", context)


def _changes(old: Version, new: Version, prefix: str) -> SafeString:
    return redline.as_html(_state(old), _state(new), prefix=f"{prefix}-{new.document_id}")


def _state(version: Version) -> State:
    """The state to compare: without dates and signers, which a sealed draft lacks. Its numbers were
    sealed, so they count as changes."""
    numbers = each_time_of(version)[:2]
    return State(version.content, [*facts_of(version), *numbers])


def _sealed_state(draft: SealedDraft) -> State:
    """What is compared between rounds: everything that was sealed."""
    version, terms = draft.version(), draft.terms
    state = _state(version)
    files = [file for file in version.files if file["role"] != "form"]
    waits = "" if terms.effective_days is None else str(terms.effective_days)
    facts = [
        (_("Nội dung sửa đổi"), terms.change_summary),
        (_("Theo dõi sửa đổi"), ": ".join(filter(None, draft.amendment.values()))),
        (_("Lĩnh vực"), version.field),
        (_("Ngày hiệu lực"), f"{terms.effective_on:%d/%m/%Y}" if terms.effective_on else ""),
        (_("Số ngày sau ngày ban hành"), waits),
        (_("Vì sao thời hạn khác tổng thời gian các bước"), terms.time_reason),
        (_("Ban hành theo quyết định"), _("có") if terms.by_decision else _("không")),
        (_("Người soạn"), "; ".join(f"{d['name']} {d['post']}".strip() for d in draft.drafted)),
        (_("Tệp kèm theo"), "; ".join(f"{f['name']} · {f['sha256'][:8]}" for f in files)),
        (_("Cảnh báo khi nhập"), "; ".join(worded(flag) for flag in version.flags)),
    ]
    return State(state.content, [*state.facts, *facts])


# -- its files


def _file_url(item: ApprovalItem, file: dict[str, Any]) -> str:
    return reverse("approval_file", args=[item.pk, file["sha256"], file_name(file)])


def _addresses(item: ApprovalItem, version: Version) -> Callable[[str], str]:
    """The URL at which a signer's browser gets a picture of the sealed document; "" if it can't
    display it."""
    shown = {f["sha256"]: _file_url(item, f) for f in version.files if f["mime"] in PICTURES}
    shown |= {
        f["of"]: shown[f["sha256"]] for f in version.files if f.get("of") and f["sha256"] in shown
    }
    return lambda sha256: shown.get(sha256, "")


@require_safe
def item_file(request: HttpRequest, pk: int, sha256: str, name: str) -> HttpResponseBase:
    """A file of a sealed document, for users who may see its approval."""
    item = get_object_or_404(ApprovalItem.objects.select_related("approval"), pk=pk)
    if not item.subject.startswith("document:") or not rules.may_see(request.user, item.approval):
        raise Http404
    try:
        held = sealing.version_from(queries.bytes_of(item)).files
    except (FileNotFoundError, Damaged, ValueError) as problem:
        raise Http404 from problem  # the page of the approval says so; `check_proof` reports it
    file = next((f for f in held if f.get("sha256") == sha256), None)
    if file is None:
        raise Http404
    return files.send(request, file)
