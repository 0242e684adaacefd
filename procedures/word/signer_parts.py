"""The people of one role, from the lines of their cells."""

import re

from procedures.content.schema import Signer
from procedures.word.people import is_post, person, post_and_name

# With their marks: a "kỹ thuật viên" is a post
_TO_SIGN = re.compile(r"(?<!\w)(ký|dấu|ngày|họ tên|ghi rõ)(?!\w)")


class _Role:
    """Collects the people of one role; there may be two drafters below each other."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.found: list[Signer] = []
        self.own_posts: list[str] = []
        self.waiting: list[str] = []  # posts seen before the name that they belong to

    def add_name(self, name: str) -> None:
        self.found.append({"role": self.role, "name": name, "post": " ".join(self.waiting)})
        self.waiting = []

    def add_post(self, text: str) -> None:
        self.own_posts.append(text)
        if self.found and not self.waiting:
            self.found[-1]["post"] = f"{self.found[-1]['post']} {text}".strip()
        else:
            self.waiting.append(text)

    def people(self) -> list[Signer]:
        """All signers, including posts without a name."""
        found, left = self.found, " ".join(self.waiting)
        if not found and left:
            found = [{"role": self.role, "name": "", "post": left}]
        elif found and left and not found[-1]["post"]:
            found[-1]["post"] = left
        several = len(found) > 1 and len(self.own_posts) == len(found)
        if several and not any(s["post"] for s in found[:-1]):
            # Names first, then as many posts
            for s, own in zip(found, self.own_posts, strict=True):
                s["post"] = own
        for s in found:
            s["post"] = " ".join(s["post"].split()).strip(" -–,;:")
        return found


def signer_of(role: str, lines: list[tuple[int, str]], labels: dict[int, str]) -> list[Signer]:
    """The people of one role from the lines of their cells: [(row or cell, line)], labels by the
    same number."""
    made = _Role(role)
    for i, line in lines:
        label = labels.get(i, "")
        text = re.sub(
            r"^(?:họ\s*+(?:và\s*+)?tên|chức\s*(?:vụ|danh)|tên)\s*:\s*", "", line, flags=re.I
        ).strip()
        has_name = re.search(r"\bten\b", label) is not None
        if not has_name and re.search(r"\b(ky|ngay|chu ky)\b", label):
            continue
        if not has_name and re.search(r"\b(chuc|don vi|vi tri)\b", label):
            made.add_post(text)
        elif (has_name or not is_post(text)) and (name := person(text)):
            made.add_name(name)
        elif is_post(text) or _may_be_post(text, made, [x for n, x in lines if n == i]):
            made.add_post(text)
    if not made.found:
        for _, text in lines:  # "Nguyễn Văn A - Chuyên viên" in one line
            name, own = name_and_post(text)
            if name:
                return [{"role": role, "name": name, "post": own}]
    return made.people()


def _may_be_post(text: str, made: _Role, neighbours: list[str]) -> bool:
    """Whether a line that does not look like a post still is one, because it is next to a name
    or a post."""
    return bool(
        (made.found or made.waiting or any(person(x) for x in neighbours if x != text))
        and re.fullmatch(r"[^\d…_()]{3,80}", text)
        and not _TO_SIGN.search(text.lower())
    )


def name_and_post(text: str) -> tuple[str, str]:
    """(name, post) of a line that holds both, whichever comes first."""
    text = re.sub(r"\.{3,}|…+|_{3,}", " ", text)
    for separator in (
        r"\t+|\s{3,}",
        r"\s*[–—]\s*|\s+[-/]\s+",
        r"\s*[,;|]\s*",
        r"\s*\(",
        r"\s*:\s*",
    ):
        parts = [p.strip(" ).:") for p in re.split(separator, text, maxsplit=1) if p.strip(" ).:")]
        if len(parts) == 2:
            a, b = parts
            if person(a):
                return person(a), b
            if person(b):
                return person(b), a
    if not person(text) and (both := post_and_name(text))[1]:
        return both[1], both[0]
    return person(text), ""
