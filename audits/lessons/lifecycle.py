"""Steps of a lesson: offered from an effective correction, changed, withdrawn."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from audits import repeats
from audits.lessons import rules
from audits.lifecycle.common import check, cleaned, locked, need
from audits.models import Lesson, Nonconformity
from qms.clock import today
from qms.models import User
from qms.proof import journal
from qms.text.folding import fold

TEXTS = ("title", "happened", "cause", "done", "worked")
LONGEST = 5000


def proposed(case: Nonconformity) -> dict[str, str]:
    """Proposed texts of a lesson, taken from the correction with names of the agency's people
    replaced. Three queries."""
    people = repeats.people_of([case.agency_id])[case.agency_id]
    judged = case.judgements.order_by("-pk").first()
    told = {
        "title": case.description.splitlines()[0][:200] if case.description else "",
        "happened": case.description,
        "cause": case.cause,
        "done": "\n".join([case.correction, *(f"– {one.what}" for one in case.actions.all())]),
        "worked": "\n".join(text for text in (case.measure, judged.why if judged else "") if text),
    }
    return {name: repeats.without_names(text, people).strip() for name, text in told.items()}


@transaction.atomic
def offer(case: Nonconformity, *, by: User, **texts: str) -> Lesson:
    """Offers a closed correction to all agencies, or changes the offered lesson. `texts`:
    see TEXTS.

    Raises Refused for the wrong role, an open correction, a missing text, and a name of one of the
    agency's people."""
    case = locked(case)
    check(rules.may_offer(by, case), _("Chỉ thư ký ISO của cơ quan được chia sẻ bài học."))
    check(
        case.state == Nonconformity.State.CLOSED,
        _("Chỉ chia sẻ được khi sự không phù hợp đã đóng và hành động khắc phục có hiệu lực."),
    )
    lesson = Lesson.objects.filter(nonconformity=case).first()
    lesson = lesson or Lesson(nonconformity=case, agency_id=case.agency_id)
    for name in TEXTS:
        text = need(texts[name], _("Hãy ghi đủ các phần của bài học."))
        check(len(text) <= LONGEST, _("Mỗi phần dài nhất 5.000 ký tự."))
        setattr(lesson, name, text)
    lesson.title = " ".join(lesson.title.split())
    _check_names(lesson)
    lesson.clause = case.finding.clause if case.finding else ""
    lesson.words = fold(" ".join([lesson.clause, *(getattr(lesson, name) for name in TEXTS)]))
    fresh = lesson.pk is None or lesson.withdrawn_on is not None
    if fresh:
        lesson.offered_on, lesson.withdrawn_on = today(), None
    if not fresh and not journal.differs(cleaned(lesson)):
        return lesson
    cleaned(lesson).save()
    _tell("lesson_offered" if fresh else "lesson_changed", lesson, by)
    return lesson


@transaction.atomic
def withdraw(lesson: Lesson, *, by: User) -> Lesson:
    """Withdraws a lesson; other agencies can no longer read it."""
    lesson = locked(lesson)
    check(rules.may_offer(by, lesson.nonconformity), _("Chỉ thư ký ISO của cơ quan được rút bài học."))  # fmt: skip
    check(lesson.withdrawn_on is None, _("Bài học này đã được rút."))
    lesson.withdrawn_on = today()
    lesson.save()
    _tell("lesson_withdrawn", lesson, by)
    return lesson


def _check_names(lesson: Lesson) -> None:
    """Raises Refused if a lesson names one of the agency's people."""
    people = repeats.people_of([lesson.agency_id])[lesson.agency_id]
    text = "\n".join(getattr(lesson, name) for name in TEXTS)
    named = [one for one in people if len(one.split()) > 1 and re.search(rf"\b{re.escape(one)}\b", text, re.I)]  # fmt: skip
    check(
        not named,
        _("Bài học không được nêu tên người: %(names)s. Hãy thay bằng chức danh hoặc bỏ đi.")
        % {"names": ", ".join(named[:5])},
    )


def _tell(kind: str, lesson: Lesson, by: User) -> None:
    subject = f"nonconformity:{lesson.nonconformity_id}"
    journal.append(kind, subject, agency=lesson.agency, by=by, title=lesson.title)
