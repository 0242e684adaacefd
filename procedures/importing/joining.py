"""Files that become a further draft of an existing document: shows both texts as a redline before
anybody accepts."""

from dataclasses import dataclass
from typing import Any

from procedures.changes import redline, states
from procedures.content import text_of
from procedures.content.schema import Content
from procedures.importing.intake import revised
from procedures.importing.known import Facts
from procedures.importing.reviewing import Reviewed
from procedures.models import DocumentPage, ImportItem, Kind
from qms.models import Agency

MOST_SHOWN = 5  # redlines on one page; further files link to theirs


@dataclass
class Joined:
    """A file that joins a document, the document's name, and the redline if shown here."""

    item: ImportItem
    document: int
    name: str
    redline: str = ""


def joined(reviewed: list[Reviewed], most: int = MOST_SHOWN) -> list[Joined]:
    """The files among these that join a document, the first `most` with their redline."""
    found: list[Joined] = []
    for one in reviewed:
        if one.target is None or one.target.pk is None:
            continue
        named = Joined(one.item, one.target.pk, f"{one.target.code} {one.target.title}".strip())
        if len(found) < most:
            named.redline = redline_of(one)
        found.append(named)
    return found


def redline_of(one: Reviewed) -> str:
    """HTML redline from the newest draft of the document to the file's content; empty if the
    document is gone."""
    page = DocumentPage.objects.filter(pk=one.target.pk if one.target else None).first()
    if page is None:
        return ""
    heavy: dict[str, Any] = ImportItem.objects.values_list("heavy", flat=True).get(pk=one.item.pk)
    content: Content = heavy.get("content", {"sections": []})
    return redline.as_html(*_states(page, {**one.facts, "content": content}))


def same_already(agency: Agency, key: int | None, facts: Facts) -> DocumentPage | None:
    """The document with this ID if its newest draft says all that a file says, `content` included;
    never a form, which is its file."""
    page = DocumentPage.objects.filter(agency=agency, pk=key).first() if key else None
    if page is None or page.kind == Kind.FORM or page.kind != facts["kind"]:
        return None
    old, new = _states(page, facts)
    if text_of(old.content).split() != text_of(new.content).split():
        return None
    found = redline.compare(old, new)
    return None if found.count or found.each_time else page


def _states(page: DocumentPage, facts: Facts) -> tuple[redline.State, redline.State]:
    """The newest draft as it is, and as the file would make it."""
    own = page.specific
    old = states.state_of(own)
    made = revised(own, facts)
    return old, redline.State(facts["content"], states.facts_of(made), states.each_time_of(made))
