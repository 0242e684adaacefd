"""What an officer should know of a file before it is taken in: it names another agency, or is nearly a document that is in force."""

from collections import Counter

from procedures import standing
from procedures.content import text_of
from procedures.content.schema import Flag
from procedures.content.titles import shared_words, words_of
from procedures.importing.known import Facts, stored_text
from procedures.models import DocumentPage, Version
from qms.clock import today
from qms.models import Agency
from qms.text.codes import code_key

NEAR_TEXT, NEAR_TITLE, SHORTEST, MOST_LOOKED_AT = 0.95, 0.5, 40, 5
_HEADS = {
    Agency.Kind.DEPARTMENT: ("so",),
    Agency.Kind.WARD: ("uy", "ban", "nhan", "dan", "phuong"),
    Agency.Kind.COMMUNE: ("uy", "ban", "nhan", "dan", "xa"),
}


def flags(agency: Agency, facts: Facts) -> list[Flag]:
    """The flags of a file that was just read."""
    found = (other_agency(agency, facts.get("agency_name") or ""), near_duplicate(agency, facts))
    return [flag for flag in found if flag]


def other_agency(agency: Agency, printed: str) -> Flag | None:
    """The flag of a file whose paper names an office that is not this agency; None where it is, or names none for sure."""
    said, own = words_of(printed), words_of(agency.name)
    if not said or set(said) <= set(own) or set(own) <= set(said) or _is_unit(agency, said):
        return None
    heads = [head for head in _HEADS.values() if tuple(said[: len(head)]) == head]
    of_its_kind = any(len(said) > len(head) for head in heads)
    known = of_its_kind or any(words_of(name) == said for name in _other_names(agency))
    return {"code": "other_agency", "values": [printed, agency.name]} if known else None


def _other_names(agency: Agency) -> list[str]:
    return list(Agency.objects.exclude(pk=agency.pk).values_list("name", flat=True))


def _is_unit(agency: Agency, said: list[str]) -> bool:
    names = agency.units.values_list("name", flat=True)
    return any(set(words_of(name)) & set(said) == set(said) for name in names)


def near_duplicate(agency: Agency, facts: Facts) -> Flag | None:
    """The flag of a file that says nearly what a document in force says under another code; it names that document."""
    key, title = code_key(facts["code"]), set(words_of(facts["title"]))
    if not key or not title:
        return None
    held = standing.with_days_from(today(), Version.objects.filter(document__agency=agency))
    pages = DocumentPage.objects.filter(pk__in=set(held.values()))
    alike: list[tuple[float, int, str]] = []
    for pk, other, code, long_title, short in pages.exclude(code_key="").values_list(
        "pk", "code_key", "code", "long_title", "title"
    ):
        words = set(words_of(long_title or short))
        likeness = len(words & title) / max(1, len(words | title))
        if other != key and likeness >= NEAR_TITLE:
            alike.append((likeness, pk, f"{code} {long_title or short}"))
    said = shared_words(text_of(facts.get("content") or {"sections": []}))
    for _, pk, label in sorted(alike, reverse=True)[:MOST_LOOKED_AT]:
        if _near(said, shared_words(stored_text(pk))):
            return {"code": "near_duplicate", "values": [label]}
    return None


def _near(one: Counter[str], other: Counter[str]) -> bool:
    longer = max(one.total(), other.total())
    return longer >= SHORTEST and (one & other).total() >= NEAR_TEXT * longer
