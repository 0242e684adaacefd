"""Failed authentications when signing: each is an event; when they lock signing, the person and the
officers are notified."""

from qms import notices
from qms.approvals import people, signing
from qms.models import Agency, User
from qms.proof import journal


def failed(person: User, *, title: str, url: str, agency: Agency, locks: bool) -> None:
    """Appends the event of a failure, and, if it was the last one allowed, that of the lock with
    its notices.

    `title`, `url`: those of the subject that the person was about to sign."""
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
