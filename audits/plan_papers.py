"""The papers of an audit's plan: the decision to set up the team, and the plan by the hour with its declaration of independence."""

from typing import Any

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from audits import independence, papers
from audits.models import Audit, Member, PlanRow
from audits.rules import TEAM
from procedures.models import DocumentPage
from qms.clock import written
from qms.models import Agency, Appointment
from qms.paper import Block, Column, Heading, Items, Paragraph, Sheet, Table, signature


def decision(audit: Audit, *, language: str) -> Sheet:
    """The decision of the auditing agency's head to set up the team. Its number and day are filled in by the clerk."""
    issuer = audit.body or audit.agency
    with translation.override(language):
        head = papers.for_whom(issuer, "KT.")
        team = [one for one in _members(audit) if one.part in TEAM]
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
    """The plan by the hour. `names`: whether people are named."""
    issuer = audit.body or audit.agency
    with translation.override(language):
        rows = list(audit.rows.select_related("unit").prefetch_related("auditors__person"))
        lead = next((one for one in _members(audit) if one.part == Member.Part.LEAD), None)
        return Sheet(
            **papers.heading(issuer),
            kind=_("Kế hoạch"),
            title=audit.title,
            symbol=f"KH-{issuer.code}",
            day=audit.plan_fixed_on,
            blocks=(
                Heading(_("1. Thông tin chung")),
                *_general(audit),
                *(_people(audit) if names else ()),
                Heading(_("2. Lịch làm việc")),
                _hours(audit, rows, names),
                Heading(_("3. Tính độc lập của đánh giá viên")),
                *_independence(rows, names),
            ),
            recipients=(_("Các đơn vị được đánh giá"), _("Đoàn đánh giá")),
            signatures=(
                signature(
                    str(Member.Part.LEAD.label), name=str(lead.person) if lead and names else ""
                ),
            ),
            language=language,
        )


def _general(audit: Audit) -> list[Block]:
    said = [
        (_("Cơ quan được đánh giá"), audit.agency.name),
        (_("Thời gian"), f"{written(audit.starts_on)} – {written(audit.ends_on)}"),
        (_("Chuẩn mực"), audit.criteria),
        (_("Phạm vi"), audit.scope),
    ]
    blocks: list[Block] = [Paragraph(value, lead=f"{label}:") for label, value in said if value]
    if audit.versions:
        blocks.append(Paragraph("", lead=_("Tài liệu làm căn cứ:")))
        blocks.append(
            Items(tuple(f"{one['code']} {one['title']}".strip() for one in audit.versions))
        )
    return blocks


def _members(audit: Audit) -> list[Member]:
    order = {part: number for number, part in enumerate(Member.Part.values)}
    members = audit.members.filter(ends_on=None).select_related("person")
    return sorted(members, key=lambda one: (order[one.part], one.pk))


def _people(audit: Audit) -> list[Block]:
    lines = tuple(f"{one.person} – {one.get_part_display()}" for one in _members(audit))
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


def _hours(audit: Audit, rows: list[PlanRow], names: bool) -> Table:
    titles = _titles(audit, rows)
    columns = (
        Column(_("Thời gian, địa điểm"), 2),
        Column(_("Đơn vị, nội dung"), 3),
        Column(_("Điều khoản, tài liệu"), 3),
        Column(_("Đánh giá viên"), 2),
    )
    return Table(columns, tuple(_hour(row, titles, names) for row in rows))


def _hour(row: PlanRow, titles: dict[int, str], names: bool) -> tuple[str, ...]:
    starts, ends = localtime(row.starts_at), localtime(row.ends_at)
    when = f"{starts:%H:%M} – {ends:%H:%M}\n{written(starts.date())}"
    who = [str(one.person if names else one.get_part_display()) for one in row.auditors.all()]
    what = [", ".join(row.clauses), *(titles[pk] for pk in row.documents if pk in titles)]
    return (
        "\n".join(part for part in (when, row.place) if part),
        "\n".join(part for part in (row.unit.name, row.topic) if part),
        "\n".join(part for part in what if part),
        "\n".join(who),
    )


def _titles(audit: Audit, rows: list[PlanRow]) -> dict[int, str]:
    """By document: code and title of the version that was fixed, or of the document while the plan is being made."""
    fixed: dict[int, Any] = {
        v["document"]: f"{v['code']} {v['title']}".strip() for v in audit.versions
    }
    if fixed:
        return fixed
    wanted = {pk for row in rows for pk in row.documents}
    found = DocumentPage.objects.filter(pk__in=wanted).order_by().values_list("pk", "code", "title")
    return {pk: f"{code} {title}".strip() for pk, code, title in found}


def _independence(rows: list[PlanRow], names: bool) -> list[Block]:
    """What was computed for each line: that its auditors are independent, or who no longer is and why."""
    tied = []
    for row in rows:
        people = [one.person for one in row.auditors.all()]
        why = independence.reasons(people, units=[row.unit_id], documents=row.documents)
        tied += [
            _("%(unit)s: %(name)s không còn độc lập vì %(why)s; phải đổi người trước khi đánh giá.")
            % {
                "unit": row.unit.name,
                "name": str(person) if names else _("một đánh giá viên"),
                "why": ", ".join(why[person.pk]),
            }
            for person in people
            if person.pk in why
        ]
    if tied:
        return [Items(tuple(tied))]
    return [
        Paragraph(
            _("Những người có tên ở mục 2 không làm việc tại đơn vị mình đánh giá trong hai năm qua, không soạn, không ký và không ban hành tài liệu mình đánh giá trong thời gian đó.")
        )
    ]  # fmt: skip
