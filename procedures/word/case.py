"""Titles in capitals, converted to sentence case."""

import re
from collections import Counter

from procedures.content.wording import ACRONYMS

# What makes the next word capitalized: the beginning of a sentence, the name of a law or an office
# ("Luật Đầu tư").
_OPENS = re.compile(
    r"(?:^|[¶.;:!?(“\"\-–+])\s*$|\b(?:Luật|Sở|Bộ|Ban|Vụ|[Cc]ục|Phòng|Khoa|Viện|Tổ|Hội)\s$"
)
LONGEST_PHRASE = 4  # words looked up together: "Ủy ban nhân dân"
# Capitalized as the beginning of a name ("Phòng Nội vụ"), which says nothing of the word
# elsewhere: "dự phòng", "phòng họp"
_KINDS = frozenset(
    [
        "phòng",
        "ban",
        "sở",
        "tổ",
        "hội",
        "khoa",
        "viện",
        "cục",
        "vụ",
        "bộ",
        "trường",
        "trung",
        "xã",
        "phường",
    ]
)
_COUNCILS = {"ủy ban nhân dân": "Ủy ban nhân dân", "hội đồng nhân dân": "Hội đồng nhân dân"}


def in_sentence_case(title: str, text: str) -> str:
    """A title in capitals, in sentence case; names and abbreviations are spelled as in the
    document's own text.

    "TIẾP CÔNG DÂN CỦA UBND XÃ ĐÔNG SƠN" becomes "Tiếp công dân của UBND xã Đông Sơn" where the text
    speaks of xã Đông Sơn. Titles that are not in capitals, and single words, stay as they are."""
    words = title.split()
    if len(words) < 2 or title.upper() != title or not any(c.isalpha() for c in title):
        return title
    prose = " ".join(
        " ".join(line.split()) + " ¶" for line in text.split("\n") if line.upper() != line
    )
    lowered = prose.lower()
    if len(lowered) != len(prose):  # a letter whose lower case is longer: indexes would not match
        prose = lowered = ""
    found = _phrase(words, prose, lowered, whole=True)
    out: list[str] = [found] if found else []
    at = len(words) if found else 0
    while at < len(words):
        size = next(
            (
                n
                for n in range(min(LONGEST_PHRASE, len(words) - at), 1, -1)
                if _phrase(words[at : at + n], prose, lowered)
            ),
            1,
        )
        phrase = words[at : at + size]
        out.append(
            _phrase(phrase, prose, lowered) if size > 1 else _word(phrase[0], prose, lowered)
        )
        at += size
    line = " ".join(out)
    return line[:1].upper() + line[1:]


def _phrase(words: list[str], prose: str, lowered: str, *, whole: bool = False) -> str:
    """The most common spelling of these words within sentences of the text; empty if they
    don't occur."""
    wanted = " ".join(words).lower()
    forms: Counter[str] = Counter()
    for m in re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", lowered):
        form = prose[m.start() : m.end()]
        opens = _OPENS.search(prose[max(0, m.start() - 12) : m.start()])
        if (whole or not opens) and form.upper() != form or len(words) == 1 and not opens:
            forms[form] += 1
    return forms.most_common(1)[0][0] if forms else _COUNCILS.get(wanted, "")


def _word(word: str, prose: str, lowered: str) -> str:
    bare = re.sub(r"^\W+|\W+$", "", word)
    if any(c.isdigit() for c in bare):
        return word
    known = bare and bare.lower() not in _KINDS
    form = _phrase([bare], prose, lowered) if known else ""
    return word.replace(bare, form or (bare if bare in ACRONYMS else bare.lower()))
