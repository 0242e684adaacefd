"""Warnings before a file is taken in: it names another agency, or is nearly the same as a document in force."""

from procedures import near_duplicates
from procedures.content import text_of
from procedures.content.schema import Flag
from procedures.content.titles import words_of
from procedures.importing.known import Facts
from qms.models import Agency
from qms.text.codes import code_key

_HEADS = {
    Agency.Kind.DEPARTMENT: ("so",),
    Agency.Kind.WARD: ("uy", "ban", "nhan", "dan", "phuong"),
    Agency.Kind.COMMUNE: ("uy", "ban", "nhan", "dan", "xa"),
}


def flags(agency: Agency, facts: Facts) -> list[Flag]:
    """The flags of a file that was just read: another agency, near duplicate."""
    found = (other_agency(agency, facts.get("agency_name") or ""), near_duplicate(agency, facts))
    return [flag for flag in found if flag]


def other_agency(agency: Agency, printed: str) -> Flag | None:
    """The flag of a file whose paper names an office other than this agency; None if it does not, or not for certain."""
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
    """The flag, naming the document, of a file whose text nearly equals that of a document in force with another code."""
    key = code_key(facts["code"])
    if not key or not words_of(facts["title"]):
        return None
    text = text_of(facts.get("content") or {"sections": []})
    found = near_duplicates.near_duplicate(agency.pk, facts["title"], text, code=key)
    return {"code": "near_duplicate", "values": [found]} if found else None
