"""The demonstration agency's own audit questions, its meetings, and the lesson that it offers
to all."""

from typing import TYPE_CHECKING

from audits import lifecycle
from audits.bank import lifecycle as bank
from audits.lessons import lifecycle as lessons
from audits.models import Audit, Nonconformity, Question

if TYPE_CHECKING:
    from audits.demo.build import Audits


def questions(made: "Audits") -> None:
    for facts in made.texts["questions"]:
        bank.save_question(Question(agency=made.agency, **facts), by=made.officer)


def meetings(made: "Audits", audit: Audit) -> None:
    """The opening and the closing meeting, right before and after the lines."""
    for one in lifecycle.add_meetings(audit, by=made.officer):
        lifecycle.save_meeting(
            audit,
            kind=one.kind,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            place=made.texts["meeting_place"],
            meeting=one,
            by=made.officer,
        )


def lesson(made: "Audits") -> None:
    """A lesson from the round that worked after one that did not."""
    case = Nonconformity.objects.filter(state="closed", follows__isnull=False).latest("pk")
    texts = {**lessons.proposed(case), **made.texts["lesson"]}
    with made.on(made.ago(100)):
        lessons.offer(case, by=made.officer, **texts)
