"""Steps on a draft: created, revised, deleted, its warnings checked."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from procedures import code_templates as codes
from procedures import rules
from procedures.content import stream
from procedures.editor import skeletons
from procedures.lifecycle.holding import hold, hold_codes, need_open
from procedures.models import DocumentPage, FormPage, GeneralPage, Kind, ProcedurePage
from qms.errors import Refused
from qms.models import Agency, Unit, User
from qms.proof import journal
from qms.text.codes import code_key
from search.queue import pending

PAGE_OF_KIND: dict[str, type[DocumentPage]] = {Kind.PROCEDURE: ProcedurePage, Kind.FORM: FormPage}


@transaction.atomic
def create_draft(
    agency: Agency,
    *,
    kind: str,
    title: str,
    content: stream.Content,
    by: User | None,
    **fields: Any,
) -> DocumentPage:
    """A new document of the agency with its first draft. `fields` are fields of the page; unknown
    ones raise TypeError."""
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
    page.body = stream.to_stream(content)
    page.code_key = code_key(page.code)
    agency.page.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    journal.append(
        "draft_created",
        f"document:{page.pk}",
        agency=agency,
        by=by,
        code=page.code,
        title=page.full_title,
    )
    return page


def _own_sections(pattern: stream.Content) -> stream.Content:
    """The parts of another document that a new one may copy: the body without the cover, the
    control block and the margins."""
    return {"sections": [s for s in pattern["sections"] if s["place"] == "body"]}


@transaction.atomic
def start_draft(
    agency: Agency,
    *,
    kind: str,
    title: str,
    unit: Unit | None,
    by: User | None,
    pattern: stream.Content | None = None,
) -> DocumentPage:
    """A new document with the next free code and the usual sections of its kind, or those of the
    content `pattern`, without its cover and margins; two started at once get different codes."""
    hold_codes(agency.pk)
    return create_draft(
        agency,
        kind=kind,
        title=title,
        content=_own_sections(pattern) if pattern else skeletons.of(kind),
        by=by,
        code=codes.propose(agency, kind, unit),
        unit=unit,
        issue_number=1,
        revision_number=0,
    )


@transaction.atomic
def revise_draft(
    page: DocumentPage, *, content: stream.Content | None = None, by: User | None, **fields: Any
) -> DocumentPage:
    """A further draft of a document with other fields or content; the rest is as in its
    newest one."""
    page = hold(page)
    if by is not None and not rules.may_edit_draft(by, page):
        raise Refused(_("Bạn không được sửa bản thảo của tài liệu này."))
    need_open(page)
    if "title" in fields:
        page.set_title(fields.pop("title"))
    for name, value in fields.items():
        setattr(page, name, value)
    if content is not None:
        page.body = stream.to_stream(content)
    page.save_revision(user=by, log_action=True)
    return page


@transaction.atomic
def delete_draft(page: DocumentPage, *, by: User | None) -> None:
    """Deletes a document that was never issued; the journal records that it existed."""
    page = hold(page)
    if by is not None and not rules.may_delete_draft(by, page):
        raise Refused(_("Bạn không được xóa tài liệu này."))
    need_open(page)
    if page.versions.exists():
        raise Refused(
            _(
                "Tài liệu này đã có phiên bản ban hành nên không xóa được. Hãy thu hồi phiên bản đang có hiệu lực."
            )
        )
    pk = page.pk
    page.delete(user=by)
    pending.mark("draft", pk)
    journal.append(
        "draft_deleted",
        f"document:{pk}",
        agency=page.agency,
        by=by,
        code=page.code,
        title=page.full_title,
    )


@transaction.atomic
def clear_flags(page: DocumentPage, *, by: User | None, position: int | None = None) -> None:
    """Marks import flags as checked: all of them, or the one at `position`."""
    page = hold(page)
    if by is not None and not rules.may_edit_draft(by, page):
        raise Refused(_("Bạn không được sửa bản thảo của tài liệu này."))
    need_open(page)
    gone = page.flags if position is None else page.flags[position : position + 1]
    page.flags = [] if position is None else page.flags[:position] + page.flags[position + 1 :]
    page.save(update_fields=["flags"], clean=False)
    if gone:
        journal.append(
            "flags_seen",
            f"document:{page.pk}",
            agency=page.agency,
            by=by,
            codes=[flag.get("code", "") for flag in gone],
        )
