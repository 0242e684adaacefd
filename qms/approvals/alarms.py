"""Failures to prove oneself when signing: each is an event; when they lock signing, the person and the officers are told."""

from qms import notices
from qms.approvals import people, signing
from qms.models import Approval, User
from qms.proof import journal


def failed(person: User, approval: Approval, *, locks: bool) -> None:
    """Writes the event of one failure, and of the lock and its notices where this was the last one allowed."""
    subject = f"person:{person.pk}"
    journal.append(
        "signing_failed", subject, agency=approval.agency, by=person, title=approval.title
    )
    if not locks:
        return
    told = {person.pk: person} | {one.pk: one for one in people.officers(approval.agency_id)}
    notices.tell(
        told.values(),
        "signing_locked",
        key=f"signing_locked:{person.pk}:{signing.last_failure(person)}",
        url=approval.get_absolute_url(),
        facts={
            "name": str(person),
            "limit": signing.LIMIT,
            "minutes": int(signing.WINDOW.total_seconds() // 60),
        },
        agency=approval.agency,
    )
    journal.append(
        "signing_locked",
        subject,
        agency=approval.agency,
        by=person,
        title=approval.title,
        told=", ".join(one.username for one in told.values()),
    )
