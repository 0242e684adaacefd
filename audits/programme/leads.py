"""Leads of a programme who could not audit the unit of their line themselves, as far as it can be
told before there is a plan: the same ties and register that the plan is checked against."""

import datetime

from django.utils.translation import gettext as _

from audits import independence
from audits.auditors import competence
from audits.models import Programme
from qms.clock import today
from qms.models import Appointment, Role, User


def warnings(programme: Programme) -> list[str]:
    """A sentence for each line whose lead would be refused as its auditor. Five queries, whatever
    the number of lines; none without leads."""
    rows = [row for row in programme.rows if row["lead"]]
    if not rows:
        return []
    people = User.objects.in_bulk({row["lead"] for row in rows})
    # until today: a later post may be changed before the audit, and the plan is checked again
    ties = independence.ties(people.values(), units={row["unit"] for row in rows})
    register = competence.register_of(people)
    held = Appointment.objects.current().filter(role=Role.AUDITOR, person__in=people)
    auditors = set(held.filter(person__is_active=True).order_by().values_list("person", flat=True))
    found = []
    for row in rows:
        begins = max(today(), datetime.date(programme.year, row["month"], 1))
        why = list(ties.reasons(row["unit"], ()).get(row["lead"], ()))
        if row["lead"] not in auditors:
            why.append(_("không còn giữ vai trò đánh giá viên nội bộ"))
        clauses = row.get("clauses", ())
        if fault := register.why_not(row["lead"], until=begins, clauses=clauses):
            why.append(fault)
        if why:
            found.append(
                _("%(unit)s, tháng %(month)s: %(name)s %(reasons)s.")
                % {
                    "unit": row["unit_name"],
                    "month": row["month"],
                    "name": row["lead_name"],
                    "reasons": ", ".join(why),
                }
            )
    return found
