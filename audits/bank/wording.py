"""Normalizes and checks a question of the bank: texts on one line, a clause of the standard."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audits.models import Question
from procedures.models import Clause
from procedures.standard import sort_key
from qms.text import sheets
from qms.text.folding import fold
from qms.text.marks import composed

TEXTS = ("text", "text_en", "look_at", "look_at_en", "fault", "fault_en")
LONGEST = 2000  # characters of each
_NUMBER = re.compile(r"(?:(?:dieu khoan|dieu|dk|clause|muc|§)\W*)?(\d{1,2}(?:\.\d{1,2})*)\.?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # not allowed in XLSX
_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}")


def tidy(text: str) -> str:
    """The text on one line, without characters that only prevent spreadsheet formulas: exports can
    be imported unchanged."""
    text = _CONTROL.sub(" ", composed(text))
    return " ".join(sheets.unguarded(" ".join(text.split())).split())


def known_clauses() -> frozenset[str]:
    return frozenset(Clause.objects.values_list("number", flat=True))


def clause_of(typed: str, known: frozenset[str]) -> str:
    """The clause number in a typed text, e.g. 7.5.3 in "Điều khoản 7.5.3". Raises ValidationError
    with advice."""
    typed = " ".join(typed.split())
    if not typed:
        raise ValidationError(_("Thiếu điều khoản."))
    if _DAY.fullmatch(typed):
        raise ValidationError(
            _(
                "Ô điều khoản là ngày %(day)s: bảng tính đã đổi số điều khoản thành ngày. Hãy đặt cột này là Văn bản (Text) rồi gõ lại."
            )
            % {"day": typed}
        )
    found = _NUMBER.fullmatch(fold(typed).replace(",", "."))
    if found is None:
        raise ValidationError(
            _("“%(typed)s” không phải một điều khoản. Hãy ghi một số như 7.5.3; mỗi dòng một điều khoản.")
            % {"typed": typed[:40]}
        )  # fmt: skip
    if found[1] not in known:
        raise ValidationError(
            _("Tiêu chuẩn không có điều khoản %(number)s.") % {"number": found[1]}
        )
    return found[1]


def check(row: Question) -> None:
    """Tidies the question. Raises ValidationError, by field."""
    wrong: dict[str, str] = {}
    for name in TEXTS:
        setattr(row, name, tidy(getattr(row, name)))
        if len(getattr(row, name)) > LONGEST:
            wrong[name] = _("Dài quá 2.000 ký tự. Hãy tách thành nhiều câu.")
    if not row.text:
        wrong["text"] = _("Thiếu câu hỏi.")
    try:
        row.clause = clause_of(row.clause, known_clauses())
        row.order = sort_key(row.clause)
    except ValidationError as problem:
        wrong["clause"] = problem.messages[0]
    if wrong:
        raise ValidationError(wrong)
