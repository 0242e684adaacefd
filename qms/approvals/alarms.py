"""Failures to prove oneself when signing: each is an event; when they lock signing, the person and the officers are told."""

from qms import notices
from qms.approvals import people, signing
from qms.models import Agency, User
from qms.proof import journal


def failed(person: User, *, title: str, url: str, agency: Agency, locks: bool) -> None:
    """Writes the event of one failure, and of the lock and its notices where this was the last one allowed.

    `title`, `url`: of what the person was about to sign."""
    subject = f"person:{person.pk}"
    journal.append("signing_failed", subject, agency=agency, by=person, title=title)
    if not locks:
        return
    told = {person.pk: person} | {one.pk: one for one in people.officers(agency.pk)}
    notices.tell(
        told.values(),
        "signing_locked",
        key=f"signing_locked:{person.pk}:{signing.last_failure(person)}",
        url=url,
        facts={
            "name": str(person),
            "limit": signing.LIMIT,
            "minutes": int(signing.WINDOW.total_seconds() // 60),
        },
        agency=agency,
    )
    journal.append(
        "signing_locked",
        subject,
        agency=agency,
        by=person,
        title=title,
        told=", ".join(one.username for one in told.values()),
    )
