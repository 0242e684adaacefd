"""The content of a report as plain facts: built from the audit's plan, answers and findings, and
sealed when the report is sent.

Facts hold codes and what people wrote, so that one report can be rendered in each language."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from audits import answers, evidence, grades, package
from audits.models import Answer, Audit, Finding, Item, Member, Report, Result
from audits.package import EARLIER

FORMAT = 1
KIND = "audit_report"
PICTURES = frozenset({"image/jpeg", "image/png"})
MOST_PICTURES = 60

Facts = dict[str, Any]


def facts(audit: Audit, report: Report) -> Facts:
    """The complete content of a report. A constant number of queries."""
    findings = [
        one
        for one in audit.findings.select_related("unit", "version").order_by("year", "number")
        if one.state != Finding.State.DROPPED
    ]
    units = {one.unit_id for one in findings} | set(audit.rows.values_list("unit", flat=True))
    given = counting(audit)
    return {
        "format": FORMAT,
        "what": KIND,
        "audit": audit.pk,
        "title": audit.title,
        "kind": audit.kind,
        "way": audit.way,
        "agency": audit.agency.name,
        "body": audit.body.name if audit.body else "",
        "criteria": audit.criteria,
        "scope": audit.scope,
        "starts_on": audit.starts_on.isoformat(),
        "ends_on": audit.ends_on.isoformat(),
        "team": _team(audit),
        "versions": audit.versions,
        "coverage": _coverage(audit, {pk: one.result for pk, one in given.items()}),
        "findings": _findings(findings),
        "noted": _noted(audit, given),
        "grades": grades.own_names(audit.agency_id),
        "compared": _compared(audit, findings, units),
        "open_before": _open_before(audit, units),
        "summary": report.summary,
        "strengths": report.strengths,
        "conclusion": report.conclusion,
        "proposals": report.proposals,
    }


def _team(audit: Audit) -> list[Facts]:
    order = {part: number for number, part in enumerate(Member.Part.values)}
    members = sorted(
        audit.members.select_related("person"), key=lambda one: (order[one.part], one.pk)
    )
    return [{"name": str(one.person), "part": one.part} for one in members]


def counting(audit: Audit) -> dict[int, Answer]:
    """{question: the answer that counts}, the newest if answers conflict. One query."""
    given: dict[int, list[Answer]] = defaultdict(list)
    for one in Answer.objects.filter(item__audit=audit).order_by("pk"):
        given[one.item_id].append(one)
    return {item: answers.current(rows)[-1] for item, rows in given.items()}


def _coverage(audit: Audit, counted: dict[int, str]) -> list[Facts]:
    """The coverage of each unit: clauses, documents, questions and their answers. `counted`:
    {question: the result that counts}."""
    titles = {v["document"]: f"{v['code']} {v['title']}".strip() for v in audit.versions}
    asked: dict[int | None, list[int]] = defaultdict(list)
    units: dict[int, Facts] = {}
    unit_of_row: dict[int, int] = {}
    for row in audit.rows.select_related("unit"):
        one = units.setdefault(
            row.unit_id, {"unit": row.unit.name, "clauses": set(), "documents": set()}
        )
        one["clauses"] |= set(row.clauses)
        one["documents"] |= {titles[pk] for pk in row.documents if pk in titles}
        unit_of_row[row.pk] = row.unit_id
    for pk, row_id in Item.objects.filter(audit=audit).values_list("pk", "row_id"):
        asked[unit_of_row.get(row_id) if row_id else None].append(pk)
    found = [
        {
            **one,
            "clauses": sorted(one["clauses"], key=_clause),
            "documents": sorted(one["documents"]),
            **_answered(asked.get(unit, []), counted),
        }
        for unit, one in units.items()
    ]
    if None in asked:
        rest = {"unit": "", "clauses": [], "documents": []}
        found.append({**rest, **_answered(asked[None], counted)})
    return found


def _answered(items: Iterable[int], counted: dict[int, str]) -> Facts:
    asked = list(items)
    given = Counter(counted[pk] for pk in asked if pk in counted)
    del given[Result.NOT_CHECKED]  # counts as no answer
    return {"questions": len(asked), "answered": sum(given.values()), "results": dict(given)}


def _findings(findings: list[Finding]) -> list[Facts]:
    held = evidence.of("finding", [one.pk for one in findings])
    of_items = evidence.of("item", [one.item_id for one in findings if one.item_id])
    return [
        {
            "code": one.code,
            "grade": one.grade,
            "unit": one.unit.name,
            "clause": one.clause,
            "document": one.version.code or one.version.title if one.version else "",
            "step": one.step,
            "seen": one.seen,
            "by": one.by_name,
            "pictures": [
                {"sha256": e.file.sha256, "name": e.name, "caption": e.caption}
                for e in [*held.get(one.pk, []), *of_items.get(one.item_id or 0, [])]
                if e.file.mime in PICTURES
            ],
        }
        for one in findings
    ]


def _noted(audit: Audit, given: dict[int, Answer]) -> list[Facts]:
    """What was seen under the answers "observation" from which no finding was written, by unit and
    clause. A draft that was withdrawn leaves its question, so the answer is reported again."""
    noted = {
        pk: one.note
        for pk, one in given.items()
        if one.result == Result.OBSERVATION and one.note.strip()
    }
    items = Item.objects.filter(pk__in=noted, finding=None).select_related("row__unit", "version")
    found = [
        {
            "unit": one.row.unit.name if one.row else "",
            "clause": one.clause,
            "document": one.version.code or one.version.title if one.version else "",
            "step": one.step,
            "question": one.text,
            "seen": noted[one.pk],
        }
        for one in items
    ]
    return sorted(found, key=lambda one: (one["unit"], _clause(one["clause"])))


def _compared(audit: Audit, findings: list[Finding], units: set[int]) -> list[Facts]:
    """Findings by unit and clause, compared with the preceding audit of the same unit within three
    years."""
    before = _last_audits(audit, units)
    earlier = Finding.objects.filter(
        audit__in=set(before.values()), unit__in=units, told_on__isnull=False
    ).exclude(state=Finding.State.DROPPED)
    table: dict[tuple[str, str], dict[str, Counter]] = defaultdict(
        lambda: {"now": Counter(), "before": Counter()}
    )
    for one in findings:
        table[one.unit.name, one.clause]["now"][one.grade] += 1
    for one in earlier.select_related("unit"):
        if before.get(one.unit_id) == one.audit_id:
            table[one.unit.name, one.clause]["before"][one.grade] += 1
    return [
        {"unit": unit, "clause": clause, "now": dict(row["now"]), "before": dict(row["before"])}
        for (unit, clause), row in sorted(table.items(), key=lambda r: (r[0][0], _clause(r[0][1])))
    ]


def _last_audits(audit: Audit, units: set[int]) -> dict[int, int]:
    """{unit: the last concluded audit before this one that planned it or has a finding in it}."""
    told = Audit.objects.filter(
        agency=audit.agency_id,
        state__in=(Audit.State.CONCLUDED, Audit.State.CLOSED),
        starts_on__gte=audit.starts_on - EARLIER,
        starts_on__lte=audit.starts_on,
    ).exclude(pk=audit.pk)
    met = told.filter(Q(rows__unit__in=units) | Q(findings__unit__in=units))
    found: dict[int, int] = {}
    pairs = met.order_by("starts_on", "pk").values_list("pk", "rows__unit", "findings__unit")
    for pk, planned, named in pairs.distinct():
        for unit in (planned, named):
            if unit in units:
                found[unit] = pk
    return found


def _open_before(audit: Audit, units: set[int]) -> list[Facts]:
    """Corrections of these units that were open before this audit."""
    own = set(audit.findings.values_list("pk", flat=True))
    return [
        {"code": one.code, "unit": one.unit.name, "description": one.description}
        for one in package.open_cases(audit, units)
        if one.finding_id not in own and one.opened_on <= audit.starts_on
    ]


def _clause(number: str) -> list[int]:
    return [int(part) for part in number.split(".") if part.isdecimal()]
