"""The questions of the checklist without an answer: a report counts them as not checked, just like
those answered "not checked", and whoever concludes confirms that."""

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from audits import answers
from audits.models import Audit, Item, Result

Missing = list[tuple[str, int]]  # the unit's name ("" for questions of no unit), how many


def of(facts: dict[str, Any]) -> Missing:
    """The units of a report's facts with questions that have no answer."""
    left = ((one["unit"], not_checked(one)) for one in facts["coverage"])
    return [(unit, number) for unit, number in left if number > 0]


def not_checked(row: dict[str, Any]) -> int:
    """The questions without an answer in a row of the coverage. Reports sealed earlier have "not
    checked" among the answers."""
    explicit: int = row["results"].get(Result.NOT_CHECKED, 0)
    return int(row["questions"]) - int(row["answered"]) + explicit


def as_counted_now(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the coverage as a report sealed today has it."""
    given = {name: n for name, n in row["results"].items() if name != Result.NOT_CHECKED}
    return {**row, "answered": sum(given.values()), "results": given}


def in_audit(audit: Audit) -> Missing:
    """The same of the checklist as it is now. One query."""
    every = answers.with_newest(Item.objects.filter(audit=audit))
    items = every.filter(answers.OPEN).order_by()
    counted = items.values_list("row__unit__name").annotate(number=Count("pk"))
    return sorted((unit or "", number) for unit, number in counted)


def count(missing: Missing) -> int:
    return sum(number for _unit, number in missing)


def sentence(missing: Missing) -> str:
    """How many questions have no answer, in all and by unit; empty for none."""
    if not missing:
        return ""
    units = "; ".join(f"{unit or _('Câu hỏi khác')} ({number})" for unit, number in missing)
    return _("Còn %(count)d câu hỏi chưa có câu trả lời: %(units)s. Báo cáo ghi các câu hỏi này là chưa kiểm tra.") % {
        "count": count(missing), "units": units,
    }  # fmt: skip


def confirmation(number: int) -> str:
    return _("Tôi kết luận cuộc đánh giá khi còn %(count)d câu hỏi chưa có câu trả lời.") % {
        "count": number
    }


def unconfirmed(number: int) -> str:
    """The refusal without the confirmation."""
    return _("Còn %(count)d câu hỏi chưa có câu trả lời. Hãy trả lời tiếp, hoặc đánh dấu xác nhận trước khi kết luận.") % {
        "count": number
    }  # fmt: skip
