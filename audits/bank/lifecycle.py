"""Steps of the question bank, each one transaction; django-simple-history keeps the history."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from audits.bank import rules, taking, wording
from audits.lifecycle.common import check, locked
from audits.models import Question
from qms import locks
from qms.models import Agency, User
from qms.proof import journal

MOST = 5000  # questions per table
KEPT = [*wording.TEXTS, "clause", "order", "is_active"]


@transaction.atomic
def save_question(row: Question, *, by: User) -> Question:
    """Creates or updates a question. Raises ValidationError, by field, and Refused."""
    _begin(row.agency_id, by)
    if row.pk is not None:
        locked(row)
    wording.check(row)
    own = Question.objects.filter(agency=row.agency_id)
    same = own.filter(clause=row.clause, text=row.text).exclude(pk=row.pk)
    check(not same.exists(), _("Ngân hàng đã có câu hỏi này ở điều khoản %(clause)s.") % {"clause": row.clause})  # fmt: skip
    check(row.pk is not None or own.count() < MOST, _full())
    row.save()
    return row


@transaction.atomic
def take_questions(agency: Agency | None, rows: Sequence[taking.Row], *, by: User) -> taking.Count:
    """Imports all rows of a sheet into the agency's table (None: the city's). Raises Refused if any
    row has an error."""
    number = agency.pk if agency else None
    _begin(number, by)
    found = taking.check(agency, rows)
    check(not any(row.errors for row in rows), _("Bảng còn lỗi nên chưa nhập câu hỏi nào."))
    own = Question.objects.filter(agency=agency).count()
    check(own + len(found.new) <= MOST, _full())
    bulk_create_with_history(found.new, Question, batch_size=500, default_user=by)
    bulk_update_with_history(found.changed, Question, KEPT, batch_size=500, default_user=by)
    if found.new or found.changed:
        subject = f"agency:{number}" if number else "city"
        facts = {"new": len(found.new), "changed": len(found.changed)}
        journal.append("questions_taken", subject, agency=agency, by=by, **facts)
    return found.count


def _begin(agency: int | None, by: User) -> None:
    """Locks the table, so that the same sheet submitted twice at once is imported once."""
    locks.hold(locks.Lock.QUESTIONS, agency or 0)
    check(
        rules.may_edit(by, agency),
        _("Câu hỏi chung do quản trị hệ thống sửa; câu hỏi của cơ quan do thư ký ISO của cơ quan sửa."),
    )  # fmt: skip


def _full() -> str:
    return _("Ngân hàng câu hỏi có nhiều nhất 5.000 câu. Hãy chỉ giữ những câu đang dùng.")
