"""What happens to controlled documents: each step one transaction with its history and its line to the index.

Steps by a person are refused where a rule says no; `by=None` is the command line, run by whoever runs the server."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from procedures import attached, draft, pictures, rules
from procedures.codes import check_template
from procedures.content import pictures_of
from procedures.models import (
    DocumentPage,
    FormPage,
    GeneralPage,
    Kind,
    ProcedurePage,
    Version,
    VersionAct,
)
from qms import history
from qms.clock import today
from qms.codes import code_key
from qms.errors import Refused
from qms.models import Agency, StoredFile, User
from search import pending

PAGE_OF_KIND: dict[str, type[DocumentPage]] = {Kind.PROCEDURE: ProcedurePage, Kind.FORM: FormPage}


@transaction.atomic
def create_draft(
    agency: Agency, *, kind: str, title: str, content: draft.Content, by: User | None, **fields: Any
) -> DocumentPage:
    """A new document of the agency with its first draft. `fields` are fields of the page; unknown ones raise TypeError."""
    if by is not None and not rules.may_draft(by, agency):
        raise Refused(
            _("Chỉ thư ký ISO hoặc người soạn thảo của %(agency)s được tạo tài liệu.")
            % {"agency": agency}
        )
    model = PAGE_OF_KIND.get(kind, GeneralPage)
    page = model(
        agency=agency, kind=kind, owner=by, live=False, has_unpublished_changes=True, **fields
    )
    page.set_title(title)
    page.slug = f"{slugify(title)[:60] or 'tai-lieu'}-{timezone.now():%y%m%d%H%M%S%f}"
    page.body = draft.to_stream(content)
    page.code_key = code_key(page.code)
    agency.page.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    history.record(
        "draft_created",
        f"document:{page.pk}",
        agency=agency,
        by=by,
        code=page.code,
        title=page.full_title,
    )
    return page


@transaction.atomic
def revise_draft(
    page: DocumentPage, *, content: draft.Content | None = None, by: User | None, **fields: Any
) -> DocumentPage:
    """A further draft of a document with other fields or content."""
    if by is not None and not rules.may_edit_draft(by, page):
        raise Refused(_("Bạn không được sửa bản thảo của tài liệu này."))
    if "title" in fields:
        page.set_title(fields.pop("title"))
    for name, value in fields.items():
        setattr(page, name, value)
    if content is not None:
        page.body = draft.to_stream(content)
    page.save_revision(user=by, log_action=True)
    return page


@transaction.atomic
def delete_draft(page: DocumentPage, *, by: User | None) -> None:
    """Throws a document away of which nothing was ever issued; the journal keeps that it was there."""
    page = DocumentPage.objects.select_for_update().get(pk=page.pk).specific
    if by is not None and not rules.may_delete_draft(by, page):
        raise Refused(_("Bạn không được xóa tài liệu này."))
    if page.versions.exists():
        raise Refused(
            _(
                "Tài liệu này đã có phiên bản ban hành nên không xóa được. Hãy thu hồi phiên bản đang có hiệu lực."
            )
        )
    history.record(
        "draft_deleted",
        f"document:{page.pk}",
        agency=page.agency,
        by=by,
        code=page.code,
        title=page.full_title,
    )
    pending.mark("draft", page.pk)
    page.delete(user=by)


@transaction.atomic
def clear_flags(page: DocumentPage, *, by: User | None, position: int | None = None) -> None:
    """Says that somebody has looked at what the import flagged: all of it, or the one at `position`."""
    page = DocumentPage.objects.select_for_update().get(pk=page.pk).specific
    if by is not None and not rules.may_edit_draft(by, page):
        raise Refused(_("Bạn không được sửa bản thảo của tài liệu này."))
    gone = page.flags if position is None else page.flags[position : position + 1]
    page.flags = [] if position is None else page.flags[:position] + page.flags[position + 1 :]
    page.save(update_fields=["flags"], clean=False)
    if gone:
        history.record(
            "flags_seen",
            f"document:{page.pk}",
            agency=page.agency,
            by=by,
            codes=[flag.get("code", "") for flag in gone],
        )


@transaction.atomic
def set_code_templates(agency: Agency, templates: dict[str, str], *, by: User | None) -> None:
    """Says by which templates the agency proposes codes. Raises Refused for a template that can't be filled."""
    if by is not None and not rules.may_set_codes(by, agency):
        raise Refused(_("Chỉ thư ký ISO của %(agency)s được đổi mẫu mã hiệu.") % {"agency": agency})
    for template in templates.values():
        check_template(template)
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    agency.code_templates = templates
    agency.save(update_fields=["code_templates"])
    history.record(
        "code_templates_set", f"agency:{agency.pk}", agency=agency, by=by, templates=templates
    )


@transaction.atomic
def issue(
    page: DocumentPage,
    *,
    issued_on: datetime.date,
    effective_on: datetime.date | None = None,
    by: User | None,
    origin: str = Version.Origin.ISSUED,
) -> Version:
    """Copies the newest draft into a version that nothing edits. In force from `effective_on` (the issue date without one).

    Raises Refused for the wrong role, a missing code or title, a code that another document of the agency has in force
    (what is recorded from paper is taken as the paper says), or an effective date before the issue date."""
    page = type(page).objects.select_for_update().get(pk=page.pk).specific
    effective_on = effective_on or issued_on
    if by is not None and not rules.may_issue(by, page):
        raise Refused(
            _("Chỉ thư ký ISO của %(agency)s được ban hành tài liệu này.") % {"agency": page.agency}
        )
    if origin == Version.Origin.ISSUED:
        _check_issue(page, issued_on, effective_on)
    version = version_of(page, issued_on=issued_on, effective_on=effective_on)
    version.ordinal = (page.versions.aggregate(last=Max("ordinal"))["last"] or 0) + 1
    version.origin, version.made_by, version.made_by_name = origin, by, str(by) if by else ""
    version.digest = version.compute_digest()
    version.save(force_insert=True)
    attached.expect(page.pk, attached.of_version(version, ()))
    page.issued_revision_id = page.latest_revision_id
    page.save(update_fields=["issued_revision_id"], clean=False)
    history.record(
        "issued" if origin == Version.Origin.ISSUED else "recorded", f"version:{version.pk}", agency=page.agency, by=by,
        code=version.code, title=version.title, effective_on=effective_on.isoformat(), digest=version.digest,
    )  # fmt: skip
    pending.mark("document", page.pk)
    pending.mark("draft", page.pk)
    return version


COPIED = (
    "owner_post", "kind", "code", "code_key", "legal_basis", "review_months", "visibility", "issue_number", "revision_number",
    "signers", "change_summary", "flags",
)  # fmt: skip


def version_of(
    page: DocumentPage, *, issued_on: datetime.date, effective_on: datetime.date
) -> Version:
    """The version that this draft makes, not saved and without a number."""
    content = draft.to_content(page.body)
    return Version(
        document_id=page.pk,
        ordinal=0,
        agency=page.agency,
        agency_name=page.agency.name,
        title=page.full_title,
        unit=page.unit,
        unit_name=page.unit.name if page.unit else "",
        clauses=[clause.number for clause in page.clauses.all()],
        content=content,
        files=files_of(page, content),
        issued_on=issued_on,
        effective_on=effective_on,
        made_at=timezone.now(),
        **{name: getattr(page, name) for name in COPIED},
        **{
            name: getattr(page, name, "")
            for name in ("procedure_type", "field", "national_code", "local_tail")
        },
    )


def _check_issue(page: DocumentPage, issued_on: datetime.date, effective_on: datetime.date) -> None:
    if not page.has_open_draft:
        raise Refused(_("Không có bản thảo nào mới hơn phiên bản đã ban hành."))
    if not page.title.strip() or not page.code.strip():
        raise Refused(_("Tài liệu cần có mã hiệu và tên trước khi ban hành."))
    if effective_on < issued_on:
        raise Refused(_("Ngày hiệu lực không được trước ngày ban hành."))
    taken = clashes(page)
    if taken:
        raise Refused(
            _(
                "Mã hiệu %(code)s đang được dùng cho “%(title)s” còn hiệu lực. Hãy đổi mã hiệu hoặc thu hồi tài liệu kia trước."
            )
            % {"code": page.code, "title": taken[0].title}
        )


def clashes(page: DocumentPage) -> list[Version]:
    """Versions of other documents of the agency that have this code in force, or will have."""
    if not page.code_key:
        return []
    others = Version.objects.filter(agency=page.agency, code_key=page.code_key).exclude(
        document=page.pk
    )
    found = {v.pk: v for v in [*others.in_force(), *others.waiting()]}
    return list(found.values())


def files_of(page: DocumentPage, content: draft.Content | None = None) -> list[dict[str, Any]]:
    """Everything that a version of the draft points to by SHA-256: the original, the form file, the pictures."""
    content = draft.to_content(page.body) if content is None else content
    wanted: list[tuple[str, str, str]] = []
    if page.source_id:
        wanted.append((page.source_id, page.source_name, "original"))
    if isinstance(page, FormPage) and page.file_id:
        wanted.append((page.file_id, page.file_name, "form"))
    shown = pictures_of(content)
    wanted += [(sha256, "", "picture") for sha256 in dict.fromkeys(shown)]
    rows = StoredFile.objects.in_bulk([sha256 for sha256, _name, _role in wanted])
    files = [
        file_entry(rows[sha256], name, role) for sha256, name, role in wanted if sha256 in rows
    ]
    return files + [
        file_entry(png, "", "shown", of=sha256) for sha256, png in pictures.shown_of(shown).items()
    ]


def file_entry(stored: StoredFile, name: str, role: str, of: str = "") -> dict[str, Any]:
    """How a version and its acts name a file. `of`: the picture that this one is shown for (role "shown")."""
    entry = {
        "sha256": stored.pk,
        "name": name,
        "mime": stored.mime,
        "size": stored.size,
        "role": role,
    }
    return {**entry, "of": of} if of else entry


@transaction.atomic
def _act(
    version: Version,
    kind: str,
    event: str,
    *,
    by: User | None,
    on_day: datetime.date,
    reason: str,
    files: list | None = None,
) -> VersionAct:
    if by is not None and not rules.may_withdraw(by, version):
        raise Refused(
            _("Chỉ thư ký ISO của %(agency)s được làm việc này.") % {"agency": version.agency_name}
        )
    DocumentPage.objects.select_for_update().get(pk=version.document_id)
    act = VersionAct.objects.create(
        version=version,
        kind=kind,
        on_day=on_day,
        reason=reason,
        files=files or [],
        by=by,
        by_name=str(by) if by else "",
        at=timezone.now(),
    )
    history.record(
        event,
        f"version:{version.pk}",
        agency=version.agency,
        by=by,
        on_day=on_day.isoformat(),
        reason=reason,
    )
    if act.files:
        attached.expect(version.document_id, attached.of_version(version, [act]))
    pending.mark("document", version.document_id)
    return act


def _need_reason(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Hãy ghi lý do."))
    return reason.strip()


def withdraw(
    version: Version, *, reason: str, by: User | None, on_day: datetime.date | None = None
) -> VersionAct:
    """Ends the version from `on_day` (today without one), with a reason; one that is to come then never takes effect. Refused where it
    is struck out or withdrawn, and for a past day before it took effect."""
    reason = _need_reason(reason)
    if is_struck_out(version) or is_withdrawn(version):
        raise Refused(_("Phiên bản này đã hết hiệu lực."))
    on_day = on_day or today()
    if on_day < min(version.effective_on, today()):
        raise Refused(
            _("Phiên bản có hiệu lực từ %(day)s, nên chỉ thu hồi được từ ngày đó trở đi.")
            % {"day": f"{version.effective_on:%d/%m/%Y}"}
        )
    return _act(
        version, VersionAct.Kind.WITHDRAWN, "withdrawn", by=by, on_day=on_day, reason=reason
    )


def reinstate(
    version: Version, *, reason: str, by: User | None, on_day: datetime.date | None = None
) -> VersionAct:
    """Puts a withdrawn version back in force. Refused where it was not withdrawn, or its code is in force elsewhere, and for a day
    before it was withdrawn."""
    reason = _need_reason(reason)
    if not is_withdrawn(version) or is_struck_out(version):
        raise Refused(_("Chỉ khôi phục được phiên bản đã thu hồi."))
    if clashes(version.document):
        raise Refused(
            _("Mã hiệu %(code)s đang được một tài liệu khác sử dụng.") % {"code": version.code}
        )
    withdrawn_on = (
        version.acts.filter(kind=VersionAct.Kind.WITHDRAWN)
        .order_by("pk")
        .values_list("on_day", flat=True)
        .last()
        or today()
    )
    on_day = on_day or max(today(), withdrawn_on)
    if on_day < withdrawn_on:
        raise Refused(
            _("Phiên bản bị thu hồi từ %(day)s, nên chỉ khôi phục được từ ngày đó trở đi.")
            % {"day": f"{withdrawn_on:%d/%m/%Y}"}
        )
    return _act(
        version, VersionAct.Kind.REINSTATED, "reinstated", by=by, on_day=on_day, reason=reason
    )


def strike_out(version: Version, *, reason: str, by: User | None) -> VersionAct:
    """Takes back a version that was recorded by mistake: out of force and out of readers' sight, still in the history."""
    reason = _need_reason(reason)
    if is_struck_out(version):
        raise Refused(_("Phiên bản này đã được hủy bỏ."))
    return _act(
        version, VersionAct.Kind.STRUCK_OUT, "struck_out", by=by, on_day=today(), reason=reason
    )


def add_file(
    version: Version, stored: StoredFile, *, name: str, role: str, by: User | None, of: str = ""
) -> VersionAct:
    """Adds a file to a version: its signed scan, a rendering, a picture's PNG (`of` names the picture)."""
    return _act(
        version,
        VersionAct.Kind.FILE_ADDED,
        "file_added",
        by=by,
        on_day=today(),
        reason="",
        files=[file_entry(stored, name, role, of)],
    )


def is_struck_out(version: Version) -> bool:
    return version.acts.filter(kind=VersionAct.Kind.STRUCK_OUT).exists()


def is_withdrawn(version: Version) -> bool:
    last = (
        version.acts.filter(kind__in=[VersionAct.Kind.WITHDRAWN, VersionAct.Kind.REINSTATED])
        .order_by("on_day", "pk")
        .last()
    )
    return last is not None and last.kind == VersionAct.Kind.WITHDRAWN
