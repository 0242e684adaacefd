"""Steps of the year's programme: made by the officer, approved by the head, changed by a new issue
with a reason."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import rules
from audits.lifecycle.common import (
    check,
    cleaned,
    hold_agency,
    in_state,
    is_auditor,
    locked,
    name_of,
    need,
)
from audits.lifecycle.meanwhile import PROGRAMME, unchanged
from audits.models import Programme
from qms.approvals import queries
from qms.clock import today
from qms.errors import Refused
from qms.models import Agency, Unit, User
from qms.proof import journal
from search.queue import pending

Rows = list[dict[str, Any]]
State = Programme.State


@transaction.atomic
def create_programme(
    agency: Agency, *, year: int, aims: str, scope: str, rows: Rows, by: User | None, **fields: Any
) -> Programme:
    """Creates a programme. `rows`: [{"unit": ID, "month": 1 to 12, "lead": ID of a person or None,
    "clauses": [numbers], all if empty}]. Raises Refused."""
    agency = hold_agency(agency.pk)
    _check_planner(by, agency)
    programme = Programme(agency=agency, year=year, aims=aims, scope=scope, **fields)
    programme.rows = _named(agency, rows)
    cleaned(programme).save()
    _tell("programme_created", programme, by, year=year)
    return programme


@transaction.atomic
def change_programme(
    programme: Programme, *, by: User | None, was: str = "", **fields: Any
) -> Programme:
    """Changes a draft programme; an approved one must be revised first.

    `was`: what the form showed. Raises Refused, with what changed, if somebody else has changed the
    programme since."""
    programme = locked(programme)
    _check_planner(by, programme.agency)
    unchanged(programme, PROGRAMME, was, lines={"rows": _line})
    in_state(programme, State.DRAFTING)
    check(
        queries.open_for(f"audit_programme:{programme.pk}") is None,
        _("Chương trình đang được trình. Hãy rút lại trước khi sửa."),
    )
    if "rows" in fields:
        fields["rows"] = _named(programme.agency, fields["rows"])
    for name, value in fields.items():
        setattr(programme, name, value)
    if journal.differs(cleaned(programme)):
        programme.save()
        _tell("programme_changed", programme, by)
    return programme


@transaction.atomic
def approve_programme(programme: Programme, *, by: User | None, name: str = "") -> Programme:
    """Approves it; the agency's people can read it from then on. The chain does so on its last
    signature; `name` is its signer.

    Raises Refused without a line, or for a line without a lead."""
    programme = locked(programme)
    check(
        by is None or rules.may_approve_programme(by, programme),
        _("Chỉ người phê duyệt của cơ quan được phê duyệt chương trình đánh giá."),
    )
    in_state(programme, State.DRAFTING)
    check_complete(programme)
    programme.state, programme.approved_on = State.APPROVED, today()
    programme.approved_by_name = name or name_of(by)
    programme.save()
    _tell("programme_approved", programme, by, issue=programme.issue, rows=programme.rows)
    return programme


def check_complete(programme: Programme) -> None:
    """Raises Refused if the programme can't be approved yet."""
    check(bool(programme.rows), _("Chương trình chưa có dòng nào. Hãy thêm đơn vị và tháng."))
    for row in programme.rows:
        check(
            bool(row["lead"]),
            _("Chưa phân công trưởng đoàn cho %(unit)s, tháng %(month)s.")
            % {"unit": row["unit_name"], "month": row["month"]},
        )


@transaction.atomic
def revise_programme(programme: Programme, *, reason: str, by: User | None) -> Programme:
    """Opens an approved programme for a new issue, with the reason. It is approved again after
    the change."""
    programme = locked(programme)
    _check_planner(by, programme.agency)
    in_state(programme, State.APPROVED)
    programme.reason = need(reason, _("Hãy ghi lý do sửa đổi chương trình."))
    programme.state, programme.issue = State.DRAFTING, programme.issue + 1
    programme.approved_on, programme.approved_by_name = None, ""
    programme.save()
    _tell("programme_revised", programme, by, issue=programme.issue, reason=programme.reason)
    return programme


def _line(row: dict[str, Any]) -> str:
    facts = {"unit": row["unit_name"], "month": row["month"], "lead": row["lead_name"] or "–"}
    clauses = ", ".join(row.get("clauses", ()))
    said = _("%(unit)s, tháng %(month)s, %(lead)s") % facts
    return f"{said} ({clauses})" if clauses else said


def _check_planner(by: User | None, agency: Agency) -> None:
    check(
        by is None or rules.may_plan_programme(by, agency),
        _("Chỉ thư ký ISO của %(agency)s được lập chương trình đánh giá.") % {"agency": agency},
    )


def _named(agency: Agency, rows: Rows) -> Rows:
    """The lines sorted by month, with current names. Raises Refused for an invalid month, unit
    or lead."""
    units = {unit.pk: unit for unit in Unit.objects.filter(agency=agency)}
    people = User.objects.in_bulk([row["lead"] for row in rows if row["lead"]])
    found = []
    for row in rows:
        unit, lead = units.get(row["unit"]), people.get(row["lead"]) if row["lead"] else None
        if unit is None or (unit.active_to and unit.active_to < today()):
            raise Refused(_("Có đơn vị không thuộc cơ quan hoặc đã kết thúc hoạt động."))
        check(row["month"] in range(1, 13), _("Tháng phải từ 1 đến 12."))
        if row["lead"]:
            check(
                lead is not None and is_auditor(lead),
                _("Trưởng đoàn phải là người đang giữ vai trò đánh giá viên nội bộ."),
            )
        clauses = {"clauses": list(row["clauses"])} if row.get("clauses") else {}
        found.append(
            {
                **clauses,
                "unit": unit.pk,
                "unit_name": unit.name,
                "month": row["month"],
                "lead": lead.pk if lead else None,
                "lead_name": name_of(lead),
            }
        )
    pairs = [(row["unit"], row["month"]) for row in found]
    check(len(set(pairs)) == len(pairs), _("Có đơn vị được ghi hai lần trong cùng một tháng."))
    return sorted(found, key=lambda row: (row["month"], row["unit_name"]))


def _tell(kind: str, programme: Programme, by: User | None, **facts: Any) -> None:
    journal.append(kind, f"programme:{programme.pk}", agency=programme.agency, by=by, **facts)
    pending.mark("programme", programme.pk)
