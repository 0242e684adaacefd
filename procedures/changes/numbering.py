"""The numbers proposed for the next version: a new issue for a full rewrite, else a revision. The
sender decides."""

from collections import Counter

from rapidfuzz.distance import Indel

from procedures.changes.words import count_pairs
from procedures.content import stream, text_of
from procedures.models import DocumentPage, Version

Numbers = tuple[int | None, int | None]
MOST_PAIRS = 1_000_000_000  # words of one text times those of the other; longer: counts only


def kept_words(old: list[str], new: list[str]) -> int:
    """The number of words common to both, in the same order."""
    if count_pairs(old, new) > MOST_PAIRS:
        return (Counter(old) & Counter(new)).total()
    return (len(old) + len(new) - Indel.distance(old, new)) // 2


def is_rewrite(old: str, new: str) -> bool:
    """Whether more than half of the words of the longer text differ."""
    a, b = old.split(), new.split()
    return 2 * kept_words(a, b) < max(len(a), len(b))


def rewritten(page: DocumentPage) -> bool:
    """Whether the draft is a full rewrite of the last version."""
    last = page.versions.standing().order_by("-ordinal").only("content").first()
    if last is None:
        return False
    return is_rewrite(text_of(last.content), text_of(stream.to_content(page.body)))


def proposed(page: DocumentPage) -> Numbers:
    """(issue, revision): the draft's own if raised since the last version, else the next ones."""
    own: Numbers = (page.issue_number, page.revision_number)
    last = _last(page)
    if last is None or own != last:
        return own
    issue, revision = own
    if issue is not None and rewritten(page):
        return issue + 1, 0
    return (issue, revision + 1) if revision is not None else own


def _last(page: DocumentPage) -> Numbers | None:
    rows = Version.objects.filter(document=page.pk).order_by("-ordinal")
    return rows.values_list("issue_number", "revision_number").first()
