"""Auditors in a register, and requesting one from another agency."""

from audits import lifecycle
from audits.models import AuditorRecord


def record(cast, person, *, agency=None, by=None, **fields):
    made = AuditorRecord(agency=agency or cast.agency, person=person, **fields)
    return lifecycle.save_auditor(made, by=by)


def ask(cast, audit, lender, of=None, **fields):
    given = {
        "lender": of or lender,
        "starts_on": audit.starts_on,
        "ends_on": audit.ends_on,
        "reason": "Không còn ai độc lập",
        "person": cast.lent,
        "by": cast.officer,
    }
    return lifecycle.ask_loan(audit, **{**given, **fields})
