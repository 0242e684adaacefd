"""An agency's own names for the grades of findings, and the grades that need a file as evidence.

What a grade means stays the same everywhere; a finding keeps the name that its grade had when it
was written."""

from collections.abc import Mapping

from audits.models import CorrectionRule, Finding, Grade


def of(agency: int) -> dict[str, dict[str, object]]:
    """{grade: {"name": its own name or "", "needs_file": whether it needs a file}}. One query."""
    kept = CorrectionRule.objects.filter(agency=agency).values_list("grades", flat=True).first()
    rows = {grade: (kept or {}).get(grade, {}) for grade in Grade.values}
    return {
        grade: {"name": row.get("name", ""), "needs_file": bool(row.get("needs_file"))}
        for grade, row in rows.items()
    }


def own_names(agency: int) -> dict[str, str]:
    """{grade: name} of the grades that the agency has renamed."""
    return {grade: str(row["name"]) for grade, row in of(agency).items() if row["name"]}


def names(agency: int) -> dict[str, str]:
    """{grade: its name in the agency}, in the order of gravity."""
    own = own_names(agency)
    return {grade.value: own.get(grade.value) or str(grade.label) for grade in Grade}


def needing_file(agency: int) -> set[str]:
    return {grade for grade, row in of(agency).items() if row["needs_file"]}


def in_agency(finding: Finding, names: Mapping[str, str]) -> str:
    """The finding's grade in its agency's lists: as filters and legends name it today (`names`); in
    brackets the name of the day it was written, if that was another."""
    return _both(names[finding.grade], finding.grade_label)


def in_city(finding: Finding) -> str:
    """The finding's grade where several agencies are listed: the usual name, in brackets its
    agency's."""
    return _both(str(finding.get_grade_display()), finding.grade_label)


def _both(name: str, other: str) -> str:
    return name if name == other else f"{name} ({other})"
