"""Documents of an agency that share a title: a warning as long as both are in use."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from procedures import rules, standing
from procedures.content.titles import TitleIndex, words_of
from procedures.models import DocumentPage, Version
from procedures.standing import STATE_LABELS, State
from qms.access import Person
from qms.clock import today

DRAFT = "draft"
TITLE_FLAGS = frozenset({"same_title", "title_taken"})  # of the import, until they are seen


@dataclass(frozen=True)
class Namesake:
    """Another document in use with the same title. `state`: "in_force", "waiting" or "draft"."""

    pk: int
    code: str
    title: str
    kind: str
    state: str
    is_own: bool  # whether the user works on it

    @property
    def url(self) -> str:
        """Where the user can look at it."""
        page = "procedures_admin:document" if self.is_own else "document"
        return reverse(page, args=[self.pk])

    @property
    def label(self) -> str:
        return named(self.code, self.title, STATE_LABELS[self.state])


def named(code: str, title: str, state: object = None) -> str:
    """ "QT-01 · Cấp giấy phép (bản thảo)" """
    said = f"{code} · {title}" if code else title
    return f"{said} ({str(state).lower()})" if state else said


def unsaid(page: DocumentPage, user: Person) -> list[Namesake]:
    """The namesakes of a document, unless an import flag of it tells of them."""
    return [] if any(f.get("code") in TITLE_FLAGS for f in page.flags) else namesakes(page, user)


def namesakes(page: DocumentPage, user: Person) -> list[Namesake]:
    """The other documents of the agency and kind that have the same or nearly the same title, as a
    version in force now or later or as an open draft that the user may see, by code.
    Six queries."""
    return namesakes_of(page.agency_id, [page], user)[page.pk]


def namesakes_of(
    agency: int, pages: Iterable[DocumentPage], user: Person
) -> dict[int, list[Namesake]]:
    """The same for several documents of an agency: {ID: namesakes}. Six queries."""
    in_use = TitleIndex((one, words_of(one.title)) for one in _in_use(agency, user))
    found = {}
    for page in pages:
        alike = {
            one.pk: one
            for one in in_use.same(words_of(page.full_title))
            if one.pk != page.pk and one.kind == page.kind
        }
        found[page.pk] = sorted(alike.values(), key=lambda one: (one.code, one.pk))
    return found


def _in_use(agency: int, user: Person) -> list[Namesake]:
    """The open drafts of an agency that the user may see, then its versions in force now or later,
    those in force last."""
    seen = rules.drafts(DocumentPage.objects.filter(agency=agency), user)
    own = set(seen.order_by().values_list("pk", flat=True))
    drafts = seen.filter(DocumentPage.OPEN_DRAFT)
    found = [
        Namesake(pk, code, long or title, kind, DRAFT, is_own=True)
        for pk, code, long, title, kind in drafts.values_list(
            "pk", "code", "long_title", "title", "kind"
        )
    ]
    versions = Version.objects.filter(agency=agency)
    held = versions.filter(pk__in=standing.with_days_from(today(), versions))
    for pk, code, title, kind, day in held.order_by("-effective_on").values_list(
        "document_id", "code", "title", "kind", "effective_on"
    ):
        state = State.IN_FORCE if day <= today() else State.WAITING
        found.append(Namesake(pk, code, title, kind, state, pk in own))
    return found
