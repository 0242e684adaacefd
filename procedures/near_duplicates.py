"""Finds a document, in force now or later, with nearly the same text under another code
or title."""

from collections import Counter

from procedures import standing
from procedures.content import text_of
from procedures.content.titles import same_title, shared_words, words_of
from procedures.models import Version
from qms.clock import today

# Shares of the words of the longer text. Different procedures are similar: of the twelve samples
# two share 0.967 of their words ("Đăng ký nhận cha, mẹ, con", and the same "có yếu tố nước ngoài"),
# the next pair 0.946; so texts under different titles must share more. Under the same title less is
# needed.
UNDER_OTHER_TITLES, UNDER_ONE_TITLE = 0.975, 0.9
NEAR_TITLE, SHORTEST, MOST_LOOKED_AT = 0.5, 40, 5


def near_duplicate(
    agency: int, title: str, text: str, *, code: str = "", document: int | None = None
) -> str:
    """The code and title of such a document of the agency; empty if there is none.

    Documents with the code `code` (as a key) and the document itself are excluded. Six queries at
    most."""
    own = Version.objects.filter(agency=agency).exclude(document=document)
    held = standing.with_days_from(today(), own)
    words, near = set(words_of(title)), list[tuple[float, int, str, str]]()
    if code:
        own = own.exclude(code_key=code)
    for pk, other_code, other in own.filter(pk__in=held).values_list("pk", "code", "title"):
        others = set(words_of(other))
        likeness = len(words & others) / max(1, len(words | others))
        if likeness >= NEAR_TITLE:
            near.append((likeness, pk, other_code, other))
    near = sorted(near, reverse=True)[:MOST_LOOKED_AT]
    contents = dict(
        Version.objects.filter(pk__in=[pk for _, pk, _, _ in near]).values_list("pk", "content")
    )
    said = shared_words(text)
    for _, pk, other_code, other in near:
        least = UNDER_ONE_TITLE if same_title(title, other) else UNDER_OTHER_TITLES
        if _alike(said, shared_words(text_of(contents[pk])), least):
            return f"{other_code} {other}".strip()
    return ""


def _alike(one: Counter[str], other: Counter[str], least: float) -> bool:
    longer = max(one.total(), other.total())
    return longer >= SHORTEST and (one & other).total() >= least * longer
