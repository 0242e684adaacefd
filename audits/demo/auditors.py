"""The demonstration's register of auditors, and a request for an auditor of another agency."""

import datetime
from typing import TYPE_CHECKING

from audits import lifecycle
from audits.models import Audit, AuditorRecord, Training
from qms.models import Agency, User

if TYPE_CHECKING:
    from audits.demo.build import Audits

LENDER = "UBND-TH"


def register(city: "Audits") -> None:
    """Three auditors of the agency, one whose competence ends soon, and one offered by
    another agency."""
    said = city.texts["auditors"]
    soon, later = city.day + datetime.timedelta(days=60), datetime.date(city.day.year + 3, 6, 30)
    home: tuple[tuple[User, Agency, User, datetime.date, list[str], bool], ...] = (
        (city.lead, city.agency, city.officer, later, [], True),
        (city.auditor, city.agency, city.officer, later, [], False),
        (city.other_auditor, city.agency, city.officer, soon, ["7.1", "7.2", "7.5", "8"], False),
        (city.city.people["nam"], city.city.agencies[LENDER], city.city.people["ngan"], later, [], True),
    )  # fmt: skip
    with city.on(city.ago(400)):
        for person, agency, officer, until, clauses, lendable in home:
            record = lifecycle.save_auditor(
                AuditorRecord(
                    agency=agency, person=person, fields=said["fields"], clauses=clauses, valid_until=until, lendable=lendable
                ),
                by=officer,
            )  # fmt: skip
            for number, course in enumerate(said["courses"]):
                day = city.day.replace(day=1) - datetime.timedelta(days=500 + 300 * number)
                lifecycle.save_training(
                    Training(auditor=record, course=course, body=said["body"], on_day=day, certificate=f"{said['certificate']}-{record.pk}{number}"),
                    by=officer,
                )  # fmt: skip


def asked_for(city: "Audits", audit: Audit) -> None:
    """An unanswered request for an auditor of another agency, for an audit being planned."""
    lifecycle.ask_loan(
        audit,
        lender=city.city.agencies[LENDER],
        person=city.city.people["nam"],
        starts_on=audit.starts_on,
        ends_on=audit.ends_on,
        reason=city.texts["auditors"]["reason"],
        by=city.officer,
    )
