"""Files that become a further draft of an existing document: shows both texts as a redline before anybody accepts."""

from dataclasses import dataclass
from typing import Any

from procedures.changes import redline, states
from procedures.content.schema import Content
from procedures.importing.intake import revised
from procedures.importing.reviewing import Reviewed
from procedures.models import DocumentPage, ImportItem

MOST_SHOWN = 5  # redlines on one page; further files link to theirs


@dataclass
class Joined:
    """A file that joins a document, the document's name, and the redline if shown here."""

    item: ImportItem
    name: str
    redline: str = ""


def joined(reviewed: list[Reviewed], most: int = MOST_SHOWN) -> list[Joined]:
    """The files among these that join a document, the first `most` with their redline."""
    found: list[Joined] = []
    for one in reviewed:
        if one.target is None or one.target.pk is None:
            continue
        named = Joined(one.item, f"{one.target.code} {one.target.title}".strip())
        if len(found) < most:
            named.redline = redline_of(one)
        found.append(named)
    return found


def redline_of(one: Reviewed) -> str:
    """HTML redline from the newest draft of the document to the file's content; empty if the document is gone."""
    page = DocumentPage.objects.filter(pk=one.target.pk if one.target else None).first()
    if page is None:
        return ""
    old = states.state_of(page.specific)
    heavy: dict[str, Any] = ImportItem.objects.values_list("heavy", flat=True).get(pk=one.item.pk)
    content: Content = heavy.get("content", {"sections": []})
    made = revised(page.specific, {**one.facts, "content": content})
    return redline.as_html(
        old, redline.State(content, states.facts_of(made), states.each_time_of(made))
    )
