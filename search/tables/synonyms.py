"""Validation of synonyms, and warnings to their authors."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from search import api
from search.models import Synonym
from search.ranking.needs import SYNONYM
from search.words.question import Term, terms_of
from search.words.question_words import BARE_QUESTION_WORDS, QUESTION_WORDS
from search.words.vietnamese import clean

# A meaning with at least this weight helps to select results; a lighter one only affects
# their order
FULLY = SYNONYM
LONGEST_SHORT = 8  # words; a longer run is a sentence, which no question contains


def tidy(text: str) -> str:
    """A text as the table stores it: composed (NFC), on one line."""
    return " ".join(clean(text).split())


def folded(text: str) -> tuple[str, ...]:
    return tuple(t.folded for t in terms_of(clean(text)))


def check(row: Synonym) -> None:
    """Raises ValidationError, by field, for a row that would have no effect or a harmful one."""
    short, long = terms_of(row.short), terms_of(row.long)
    problems = {}
    if not short:
        problems["short"] = _(
            "Hãy ghi từ viết tắt hoặc từ thường dùng; chỉ có dấu câu thì không tra được."
        )
    elif _says_nothing(short):
        problems["short"] = _(
            "“%(text)s” có trong hầu hết câu hỏi nên không phân biệt được gì. Hãy chọn từ khác."
        ) % {"text": row.short}
    elif len(short) > LONGEST_SHORT:
        problems["short"] = _(
            "Tối đa %(count)s chữ. Với cả một câu hỏi, hãy dùng “Kết quả ưu tiên”."
        ) % {"count": LONGEST_SHORT}
    if not long:
        problems["long"] = _("Hãy ghi từ đầy đủ; chỉ có dấu câu thì không tra được.")
    elif row.both_ways and _says_nothing(long):
        problems["long"] = _(
            "“%(text)s” có trong hầu hết câu hỏi. Hãy bỏ chọn tra cứu cả hai chiều."
        ) % {"text": row.long}
    if not problems and folded(row.short) == folded(row.long):
        problems["long"] = _(
            "Hai từ giống nhau. Tìm kiếm vốn đã không phân biệt chữ hoa và hiểu chữ không dấu, không cần thêm vào bảng."
        )
    if problems:
        raise ValidationError(problems)
    if same := twin(row):
        raise ValidationError({"short": _already(row, same)})


def _says_nothing(terms: Iterable[Term]) -> bool:
    return all(
        t.marked in QUESTION_WORDS or (t.marked == t.folded and t.folded in BARE_QUESTION_WORDS)
        for t in terms
    )


def twin(row: Synonym) -> Synonym | None:
    """An equivalent row, in any spelling: of the same table, or of everybody's if the short form
    has no other meaning there; else None."""
    ends = folded(row.short), folded(row.long)
    others = [
        r
        for r in _other_rows_in_effect(row)
        if (folded(r.short), folded(r.long)) in (ends, ends[::-1])
    ]
    own = next((r for r in others if r.agency_id == row.agency_id), None)
    if own or not others or _meaning_count(row.short, None) > 1:
        return own  # an agency may choose its own among several meanings
    return others[0]


def _other_rows_in_effect(row: Synonym) -> Iterable[Synonym]:
    """The other rows in effect for this row's agency: its own and everybody's."""
    return (
        Synonym.objects.filter(Q(agency=None) | Q(agency=row.agency_id))
        .exclude(pk=row.pk)
        .order_by("pk")
    )


def _already(row: Synonym, same: Synonym) -> str:
    if same.agency_id is None and row.agency_id is not None:
        return _("Bảng dùng chung đã có “%(row)s”, không cần thêm.") % {"row": same}
    return _("Bảng đã có “%(row)s”. Hãy sửa dòng ấy nếu cần.") % {"row": same}


def _meaning_count(text: str, agency: int | None) -> int:
    return len({m.terms for m in api.synonyms(agency).meanings(text)})


def warning(row: Synonym) -> str:
    """User-facing note on other meanings of this row's short form and how they are resolved; empty
    if there are none."""
    own = terms_of(row.long)
    others = list(
        dict.fromkeys(
            m.text for m in api.synonyms(row.agency_id).meanings(row.short) if m.terms != own
        )
    )
    if not others:
        return ""
    names = {"short": row.short, "others": ", ".join(others), "long": row.long}
    if len(terms_of(row.short)) > 1:
        return (
            _(
                "“%(short)s” còn được tra theo: %(others)s. Câu hỏi có từ này được tra theo tất cả các nghĩa."
            )
            % names
        )
    first = (
        ngettext(
            "“%(short)s” còn một nghĩa khác: %(others)s.",
            "“%(short)s” còn các nghĩa khác: %(others)s.",
            len(others),
        )
        % names
    )
    how = _("Khi tìm, hệ thống chọn nghĩa hợp với các từ đứng cạnh trong câu hỏi.")
    if row.agency_id is None:
        return f"{first} {how} " + _("Khi câu hỏi không cho biết, các nghĩa chỉ được xét nhẹ.")
    return (
        f"{first} {how} "
        + _(
            "Khi câu hỏi không cho biết, nghĩa của cơ quan bạn (%(long)s) được chọn, các nghĩa khác chỉ được xét nhẹ."
        )
        % names
    )
