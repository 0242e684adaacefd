"""Short names for the cases of a procedure (its time columns), for cards on phones and
boxes in charts."""

import re
from collections.abc import Sequence

_UNIT = re.compile(
    r"\(\s*+(?:số\s++)?((?:ngày|giờ|phút|buổi|tuần|tháng)[^()\d]*+)\)|^số\s++(ngày|giờ|phút)\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d[\d.,/]*\s*[½¼¾]?|[½¼¾]")


def split_cases(labels: Sequence[str]) -> tuple[str, list[str]]:
    """(common first words of all headings, [rest of each]): "Thời gian Trực tiếp", "Thời gian Trực
    tuyến" give "Thời gian" and "Trực tiếp", "Trực tuyến". A single heading, and identical headings,
    are kept as they are; one without words stays empty."""
    split = [label.split() for label in labels]
    if len(set(labels)) < 2:
        return "", [" ".join(words) for words in split]
    shared = 0
    while (
        all(shared < len(words) - 1 for words in split)
        and len({words[shared] for words in split}) == 1
    ):
        shared += 1
    # Prefer to cut where each case begins with a capital: there the cell above all of them ends.
    cut = next(
        (n for n in range(shared, 0, -1) if all(words[n][:1].isupper() for words in split)), shared
    )
    rest = [" ".join(words[cut:]).lstrip(" :–-") for words in split]
    return " ".join(split[0][:cut]).rstrip(" :–-"), [text[:1].upper() + text[1:] for text in rest]


def short_cases(labels: Sequence[str]) -> list[str]:
    """The headings without their common first words."""
    return split_cases(labels)[1]


def with_unit(time: str, label: str) -> str:
    """A bare number with the unit of its heading: "0,5" below "Thời gian (ngày làm việc)" is "0,5
    ngày làm việc"."""
    unit = _UNIT.search(label)
    return (
        f"{time} {(unit.group(1) or unit.group(2)).rstrip()}"
        if unit and _BARE.fullmatch(time.strip())
        else time
    )
