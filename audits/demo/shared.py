"""The demonstration agency's own audit questions, and the lesson that it offers to all."""

from typing import TYPE_CHECKING

from audits.bank import lifecycle as bank
from audits.lessons import lifecycle as lessons
from audits.models import Nonconformity, Question

if TYPE_CHECKING:
    from audits.demo.build import Audits


def questions(made: "Audits") -> None:
    for facts in made.texts["questions"]:
        bank.save_question(Question(agency=made.agency, **facts), by=made.officer)


def lesson(made: "Audits") -> None:
    """A lesson from the round that worked after one that did not."""
    case = Nonconformity.objects.filter(state="closed", follows__isnull=False).latest("pk")
    texts = {**lessons.proposed(case), **made.texts["lesson"]}
    with made.on(made.ago(100)):
        lessons.offer(case, by=made.officer, **texts)
