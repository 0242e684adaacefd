"""The papers of an audit's plan: the decision to set up the team, and the plan by the hour with its
declaration of independence."""

import datetime
import json
from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from audits.audit_plan.facts import (
    Facts,
    auditors_changed,
    facts,
    lines_moved,
    meetings_moved,
    members,
)
from audits.auditors import finding
from audits.lifecycle.planning import subject
from audits.models import Audit, Meeting, Member
from audits.report.sheet import has_lead_step
from audits.rules import TEAM
from qms.approvals import capacity, papers, queries
from qms.clock import written
from qms.models import Agency, Appointment, Approval
from qms.paper import Block, Column, Heading, Items, Paragraph, Sheet, Table, signature


def decision(audit: Audit, *, language: str) -> Sheet:
    """The decision of the auditing agency's head to set up the team. Its number and day are filled
    in by the clerk."""
    issuer = audit.body or audit.agency
    with translation.override(language):
        head = capacity.for_whom(issuer, "KT.")
        team = [one for one in members(audit) if one.part in TEAM]
        return Sheet(
            **papers.heading(issuer),
            kind=_("Quyết định"),
            title=_("Về việc thành lập đoàn đánh giá: %(title)s") % {"title": audit.title},
            symbol=f"QĐ-{issuer.code}",
            authority=f"{head} {issuer.name}",
            bases=_bases(audit),
            blocks=(
                Paragraph(
                    _("Thành lập đoàn đánh giá tại %(agency)s gồm các ông, bà có tên sau:")
                    % {"agency": audit.agency.name},
                    lead=_("Điều 1."),
                ),
                _team_table(team, issuer),
                Paragraph(
                    _("Đoàn đánh giá theo chuẩn mực %(criteria)s, từ ngày %(first)s đến ngày %(last)s, theo kế hoạch kèm theo; không ai đánh giá phần việc của mình.")
                    % {
                        "criteria": audit.criteria,
                        "first": written(audit.starts_on),
                        "last": written(audit.ends_on),
                    },
                    lead=_("Điều 2."),
                ),
                Paragraph(
                    _("Các đơn vị liên quan và những người có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này."),
                    lead=_("Điều 3."),
                ),
            ),
            recipients=(_("Như Điều 3"),),
            signatures=(signature(head),),
            language=language,
        )  # fmt: skip


def _bases(audit: Audit) -> tuple[str, ...]:
    programme = audit.programme
    if programme is None:
        return (_("Theo đề nghị của thư ký ISO."),)
    return (
        _("Căn cứ Chương trình đánh giá nội bộ năm %(year)s, lần ban hành %(issue)02d;")
        % {"year": programme.year, "issue": programme.issue},
        _("Theo đề nghị của thư ký ISO."),
    )


def plan(audit: Audit, *, language: str, names: bool) -> Sheet:
    """The timed plan, as signed if it was, with the changes since. `names`: whether people
    are named."""
    issuer = audit.body or audit.agency
    approval = signed_round(audit)
    said = facts(audit)
    changes: list[str] = []
    with translation.override(language):
        if approval is not None:
            signed: Facts = json.loads(queries.bytes_of(approval.items.get()))
            changes, said = _changes(signed, said, names), signed
        tied = _no_longer(audit, names)
    return sheet(
        said, issuer, language, names=names, approval=approval, audit=audit, tied=tied, changes=changes
    )  # fmt: skip


def _changes(signed: Facts, now: Facts, names: bool) -> list[str]:
    """A sentence for each change since the plan was signed."""
    moved = [
        _("%(unit)s: đổi sang %(when)s.")
        % {"unit": row["unit_name"], "when": _when(row).replace("\n", ", ")}
        for row in lines_moved(signed, now)
    ]
    moved += [
        _("%(unit)s: đổi sang %(when)s.")
        % {"unit": Meeting.Kind(one["kind"]).label, "when": _when(one).replace("\n", ", ")}
        for one in meetings_moved(signed, now)
    ]
    if not names:
        return moved
    replaced = [
        _("%(unit)s: %(now)s thay %(before)s.") % {"unit": unit, "before": before, "now": who}
        for unit, before, who in auditors_changed(signed, now)
    ]
    return moved + replaced


def signed_round(audit: Audit) -> Approval | None:
    """The approval round in which the fixed plan was signed; None for a draft, and for a plan fixed
    without a chain."""
    if audit.plan_fixed_on is None:
        return None
    last = queries.last_round(subject(audit))
    return last if last is not None and last.state == Approval.State.DONE else None


def sheet(
    said: Facts,
    issuer: Agency,
    language: str,
    *,
    names: bool,
    approval: Approval | None = None,
    audit: Audit | None = None,
    tied: Sequence[str] = (),
    changes: Sequence[str] = (),
) -> Sheet:
    """The paper of these facts. `audit`: source of the fixed versions and day; `tied`: people who
    may not audit their line by now; `changes`: changes since it was signed."""
    with translation.override(language):
        lead = next((one for one in said["people"] if one["part"] == Member.Part.LEAD), None)
        post = str(Member.Part.LEAD.label)
        signed = papers.signed(approval, {0: post} if has_lead_step(approval) else None)
        unsigned = signature(post, name=lead["name"] if lead and names else "")
        return Sheet(
            **papers.heading(issuer),
            kind=_("Kế hoạch"),
            title=said["title"],
            symbol=f"KH-{issuer.code}",
            day=audit.plan_fixed_on if audit else None,
            blocks=(
                Heading(_("1. Thông tin chung")),
                *_general(said, audit),
                *(_people(said) if names else ()),
                Heading(_("2. Lịch làm việc")),
                _hours(said, audit, names),
                Heading(_("3. Tính độc lập của đánh giá viên")),
                *_independence(said, tied, signed=approval is not None),
                *((Heading(_("4. Thay đổi sau khi ký")), Items(tuple(changes))) if changes else ()),
            ),
            recipients=(_("Các đơn vị được đánh giá"), _("Đoàn đánh giá")),
            signatures=tuple(signed[-2:]) if signed and names else (unsigned,),
            language=language,
        )


def _general(said: Facts, audit: Audit | None) -> list[Block]:
    first, last = (datetime.date.fromisoformat(said[name]) for name in ("starts_on", "ends_on"))
    lines = [
        (_("Cơ quan được đánh giá"), said["agency"]),
        (_("Thời gian"), f"{written(first)} – {written(last)}"),
        (_("Chuẩn mực"), said["criteria"]),
        (_("Phạm vi"), said["scope"]),
    ]
    blocks: list[Block] = [Paragraph(value, lead=f"{label}:") for label, value in lines if value]
    if audit is not None and audit.versions:
        blocks.append(Paragraph("", lead=_("Tài liệu làm căn cứ:")))
        blocks.append(
            Items(tuple(f"{one['code']} {one['title']}".strip() for one in audit.versions))
        )
    return blocks


def _people(said: Facts) -> list[Block]:
    lines = tuple(f"{one['name']} – {Member.Part(one['part']).label}" for one in said["people"])
    return [Paragraph("", lead=_("Đoàn đánh giá và bên được đánh giá:")), Items(lines)]


def _team_table(team: list[Member], agency: Agency) -> Table:
    held = Appointment.objects.current().filter(person__in=[one.person_id for one in team])
    posts: dict[int, str] = {}
    for one in held.select_related("unit", "agency").order_by("pk"):
        where = one.unit.name if one.unit else one.agency.name if one.agency else ""
        said = ", ".join(part for part in (one.post, where) if part)
        if one.agency_id == agency.pk or one.person_id not in posts:
            posts[one.person_id] = posts.get(one.person_id) or said
    columns = (
        Column(_("TT"), 0.5, centred=True),
        Column(_("Họ và tên"), 2.5),
        Column(_("Chức vụ, đơn vị"), 3),
        Column(_("Vai trò trong đoàn"), 2),
    )
    return Table(
        columns,
        tuple(
            (str(n), str(one.person), posts.get(one.person_id, ""), str(one.get_part_display()))
            for n, one in enumerate(team, 1)
        ),
    )


def _hours(said: Facts, audit: Audit | None, names: bool) -> Table:
    fixed = {one["document"]: one for one in audit.versions} if audit else {}
    columns = (
        Column(_("Thời gian, địa điểm"), 2),
        Column(_("Đơn vị, nội dung"), 3),
        Column(_("Điều khoản, tài liệu"), 3),
        Column(_("Đánh giá viên"), 2),
    )
    lines = [(row["starts_at"], _hour(row, fixed, names)) for row in said["rows"]]
    lines += [(one["starts_at"], _meeting(one)) for one in said.get("meetings", ())]
    return Table(columns, tuple(line for _at, line in sorted(lines, key=lambda one: one[0])))


def _meeting(one: Facts) -> tuple[str, ...]:
    return (_when(one), str(Meeting.Kind(one["kind"]).label), "", str(everybody()))


def everybody() -> str:
    """Who takes part in the opening and the closing meeting, in the active language."""
    return _("Toàn đoàn đánh giá; người phụ trách các đơn vị và đại diện bên được đánh giá")


def _hour(row: Facts, fixed: dict[int, Any], names: bool) -> tuple[str, ...]:
    who = [one["name"] if names else str(Member.Part(one["part"]).label) for one in row["auditors"]]
    documents = [fixed.get(one["document"], one) for one in row["documents"]]
    titles = [f"{one['code']} {one['title']}".strip() for one in documents]
    what = [", ".join(row["clauses"]), *titles]
    return (
        _when(row),
        "\n".join(part for part in (row["unit_name"], row["topic"]) if part),
        "\n".join(part for part in what if part),
        "\n".join(who),
    )


def _when(row: Facts) -> str:
    """Hours, day and place, on a line each."""
    starts, ends = (
        localtime(datetime.datetime.fromisoformat(row[name])) for name in ("starts_at", "ends_at")
    )
    lines = (f"{starts:%H:%M} – {ends:%H:%M}", written(starts.date()), row["place"])
    return "\n".join(line for line in lines if line)


def _independence(said: Facts, tied: Sequence[str], *, signed: bool) -> list[Block]:
    """The declaration, and people who are no longer independent. Before signing, nothing untrue
    is declared."""
    later: list[Block] = [Items(tuple(tied))] if tied else []
    return [Paragraph(_(said["declaration"])), *later] if signed or not tied else later


def _no_longer(audit: Audit, names: bool) -> list[str]:
    """Auditors who may not audit their line by now, and why."""
    return [
        _("%(unit)s: %(name)s không còn độc lập vì %(why)s; phải đổi người trước khi đánh giá.")
        % {
            "unit": choice.row.unit.name,
            "name": str(one.person) if names else _("một đánh giá viên"),
            "why": ", ".join(choice.faults[one.person_id]),
        }
        for choice in finding.of_plan(audit, offers=False)
        for one in choice.members
        if one.person_id in choice.faults
    ]
