"""The programme in the chain of approvals: an officer sends it, and the last signature
approves it."""

import json
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from audits import rules
from audits.lifecycle.common import check, in_state, locked
from audits.lifecycle.programme import approve_programme, check_complete
from audits.models import Programme
from audits.on_screen import body_of
from audits.programme import coverage
from qms.approvals import lifecycle as approvals
from qms.approvals import papers, queries, subjects
from qms.approvals.sealing import canonical
from qms.approvals.steps import Step, Who
from qms.approvals.subjects import Sealed
from qms.errors import Refused
from qms.language import of_records
from qms.models import Agency, Approval, ApprovalItem, Meaning, Unit, User, current
from qms.paper import Block, Column, Heading, Paragraph, Sheet, Table
from qms.proof import journal
from qms.roles import Role

KIND, FORMAT = "audit_programme", 1


def register() -> None:
    subjects.add(
        subjects.Kind(
            name=KIND,
            label=gettext_lazy("Chương trình đánh giá"),
            rules=lambda: [(KIND, gettext_lazy("Chương trình đánh giá năm"))],
            rule_of=lambda subject: KIND,
            may_send=rules.may_plan_programme,
            show=show,
            url=lambda subject: reverse("audit_programme", args=[subjects.number(subject)]),
            default_steps=(Step(Meaning.APPROVED, Who.ROLE, Role.APPROVER, quorum=1, days=5),),
            on_done=on_done,
        )
    )


def subject(programme: int) -> str:
    return f"{KIND}:{programme}"


@transaction.atomic
def send(programme: Programme, *, by: User) -> Approval:
    """Seals the programme and sends it. Raises Refused without a line, and for a line
    without a lead."""
    programme = locked(programme)
    check(
        rules.may_plan_programme(by, programme.agency),
        _("Chỉ thư ký ISO của %(agency)s được trình chương trình đánh giá.")
        % {"agency": programme.agency},
    )
    in_state(programme, Programme.State.DRAFTING)
    check_complete(programme)
    _check_left_out(programme)
    sealed = Sealed(subject(programme.pk), _title(programme), canonical(facts(programme)))
    before = queries.came_back(sealed.subject)
    approval = approvals.send(
        KIND, [sealed], agency=programme.agency, title=sealed.title, by=by, before=before
    )
    journal.append(
        "programme_sent", f"programme:{programme.pk}", agency=programme.agency, by=by, issue=programme.issue
    )  # fmt: skip
    return approval


def _check_left_out(programme: Programme) -> None:
    """Raises Refused unless the programme covers every unit and clause, or gives a reason, which is
    signed with it."""
    planned = {row["unit"] for row in programme.rows}
    active = Unit.objects.filter(
        current(None, "active_from", "active_to"), agency=programme.agency
    ).exclude(pk__in=planned)
    missing = list(active.order_by("name").values_list("name", flat=True))
    check(
        not missing or bool(programme.left_out.strip()),
        _("Lịch chưa có: %(units)s. Hãy thêm vào lịch, hoặc ghi lý do vào “Phần không đánh giá trong năm và lý do”.")
        % {"units": "; ".join(missing)},
    )  # fmt: skip
    clauses = coverage.outside(programme.rows)
    check(
        not clauses or bool(programme.clauses_left_out.strip()),
        _("Lịch chưa có điều khoản: %(clauses)s. Hãy thêm vào lịch, hoặc ghi lý do vào “Điều khoản không đánh giá trong năm và lý do”.")
        % {"clauses": ", ".join(clauses)},
    )  # fmt: skip


def _title(programme: Programme) -> str:
    with of_records():
        return _("%(programme)s, lần ban hành %(issue)02d") % {
            "programme": programme,
            "issue": programme.issue,
        }


def facts(programme: Programme) -> dict[str, Any]:
    """The facts that are approved. The omissions were added later, so programmes without them keep
    the same bytes."""
    said = {name: getattr(programme, name) for name in ("left_out", "clauses_left_out")}
    left_out = {name: text for name, text in said.items() if text}
    return {
        **left_out,
        "format": FORMAT,
        "what": KIND,
        "programme": programme.pk,
        "year": programme.year,
        "issue": programme.issue,
        "aims": programme.aims,
        "scope": programme.scope,
        "criteria": programme.criteria,
        "reason": programme.reason,
        "rows": programme.rows,
    }


def on_done(approval: Approval) -> bool:
    """Approves the programme once signed. Raises Refused if it changed after sealing."""
    approvals.need_signatures(approval)
    item = approval.items.get()
    programme = locked(Programme.objects.get(pk=subjects.number(item.subject)))
    if canonical(facts(programme)) != queries.bytes_of(item):
        raise Refused(
            _("Chương trình đã thay đổi sau khi trình. Hãy rút lại rồi trình lại chương trình.")
        )
    last = queries.signatures_over(approval)[-1]
    approve_programme(programme, by=None, name=last.name)
    return True


def show(item: ApprovalItem, data: bytes, before: bytes | None) -> SafeString:
    return body_of(sheet(json.loads(data), item.approval.agency, get_language() or "vi"))


# -- the paper


def paper(programme: Programme, language: str, *, names: bool) -> Sheet:
    """The current programme, with the signatures of its issue if it has been approved."""
    last = _approved_round(programme) if programme.is_approved else None
    return sheet(facts(programme), programme.agency, language, approval=last, names=names)


def _approved_round(programme: Programme) -> Approval | None:
    """The round in which it was approved; a further issue may be on its way by now."""
    items = ApprovalItem.objects.filter(subject=subject(programme.pk))
    done = items.filter(approval__state=Approval.State.DONE).select_related("approval")
    found = done.order_by("-approval__sent_at", "-pk").first()
    return found.approval if found is not None else None


def sheet(
    said: dict[str, Any],
    agency: Agency,
    language: str,
    *,
    approval: Approval | None = None,
    names: bool = True,
) -> Sheet:
    with translation.override(language):
        return Sheet(
            **papers.heading(agency),
            kind=_("Chương trình"),
            title=_("Đánh giá nội bộ năm %(year)s") % {"year": said["year"]},
            symbol=f"CTr-{agency.code}",
            blocks=tuple(_blocks(said, names)),
            recipients=(_("Lãnh đạo cơ quan"), _("Các đơn vị thuộc cơ quan")),
            signatures=tuple(papers.signed(approval)[-1:]),
            language=language,
        )


def _blocks(said: dict[str, Any], names: bool) -> list[Block]:
    blocks: list[Block] = [
        Heading(_("1. Mục đích")),
        Paragraph(said["aims"]),
        Heading(_("2. Phạm vi và chuẩn mực")),
        Paragraph(said["scope"], lead=_("Phạm vi:")),
        Paragraph(said["criteria"], lead=_("Chuẩn mực:")),
    ]
    if said["reason"]:
        lead = _("Lý do của lần ban hành %(issue)02d:") % {"issue": said["issue"]}
        blocks.append(Paragraph(said["reason"], lead=lead))
    columns = (
        Column(_("TT"), 0.6, centred=True),
        Column(_("Thời gian"), 1.4, centred=True),
        Column(_("Đơn vị được đánh giá"), 2.6),
        Column(_("Điều khoản"), 1.4),
        Column(_("Trưởng đoàn"), 1.6),
    )
    rows = tuple(
        (
            str(number),
            _("Tháng %(month)s/%(year)s") % {"month": row["month"], "year": said["year"]},
            row["unit_name"],
            ", ".join(row.get("clauses", ())) or _("Mọi điều khoản"),
            (row["lead_name"] if names else "") or "–",
        )
        for number, row in enumerate(said["rows"], 1)
    )
    blocks += [Heading(_("3. Lịch đánh giá")), Table(columns, rows)]
    for name, lead in (
        ("left_out", _("Phần không đánh giá trong năm và lý do:")),
        ("clauses_left_out", _("Điều khoản không đánh giá trong năm và lý do:")),
    ):
        if said.get(name):
            blocks.append(Paragraph(said[name], lead=lead))
    return blocks
