"""Warnings before a file is taken in: it names another agency, or resembles a document in force
under another code."""

import re
from collections.abc import Iterable

from procedures import near_duplicates
from procedures.content import text_of
from procedures.content.schema import Content, Flag
from procedures.content.text import section_text
from procedures.content.titles import same_title, words_of
from procedures.importing.known import Facts
from procedures.models import Version
from qms.models import Agency
from qms.text.codes import code_key

TITLE_TAKEN = "title_taken"
_HEADS = {
    Agency.Kind.DEPARTMENT: ("so",),
    Agency.Kind.WARD: ("uy", "ban", "nhan", "dan", "phuong"),
    Agency.Kind.COMMUNE: ("uy", "ban", "nhan", "dan", "xa"),
}


# A line of a letterhead, in capitals or not, that names an office; with its marks, since "Sổ" and
# "Trưởng" are others
_OFFICE = re.compile(
    r"(?:ubnd|(?:ủy|uỷ) ban nhân dân|sở|chi cục|cục|trung tâm|trường|bệnh viện|công an|(?:tòa|toà) án|kho bạc) \w"
)
_PLACE = re.compile(r"\b(?:phuong|xa)\b .+")
HEAD_LINES = 6  # of the front, where a letterhead may be


def flags(agency: Agency, facts: Facts) -> list[Flag]:
    """The flags of a file that was just read: another agency, near duplicate, title of a document
    in force."""
    found = (
        head_of_another(agency, _offices(facts)),
        near_duplicate(agency, facts) or title_taken(agency, facts),
    )
    return [flag for flag in found if flag]


def _offices(facts: Facts) -> list[str]:
    """The offices that the head of a file names, the one that the reader settled on first."""
    content: Content = facts.get("content") or {"sections": []}
    front = [x for x in content["sections"] if x.get("place") == "front"][:1]
    lines = "\n".join(section_text(section) for section in front).replace("\t", "\n").split("\n")
    head = [line.strip(" _-–—.|") for line in lines if line.strip(" _-–—.|")][:HEAD_LINES]
    return [(facts.get("agency_name") or "").strip(" _-–—."), *filter(_is_office, head)]


def _is_office(line: str) -> bool:
    return len(line) < 120 and ":" not in line and _OFFICE.match(line.lower()) is not None


def head_of_another(agency: Agency, offices: Iterable[str]) -> Flag | None:
    """The flag of a head of which one line names another agency and none this one."""
    named = [office for office in offices if office]
    if any(set(words_of(agency.name)) <= set(words_of(office)) for office in named):
        return None
    return next(filter(None, (other_agency(agency, office) for office in named)), None)


def other_agency(agency: Agency, printed: str) -> Flag | None:
    """The flag of a file whose paper names an office other than this agency; None if it does not,
    or not for certain."""
    said, own = words_of(printed), words_of(agency.name)
    if not said or set(said) <= set(own) or set(own) <= set(said) or _is_unit(agency, said):
        return None
    heads = [head for head in _HEADS.values() if tuple(said[: len(head)]) == head]
    of_its_kind = any(len(said) > len(head) for head in heads)
    known = of_its_kind or any(words_of(name) == said for name in _other_names(agency))
    place, home = _PLACE.search(" ".join(said)), _PLACE.search(" ".join(own))
    if place and home:  # an office of a ward or commune
        known = home[0] not in place[0]
    return {"code": "other_agency", "values": [printed, agency.name]} if known else None


def _other_names(agency: Agency) -> list[str]:
    return list(Agency.objects.exclude(pk=agency.pk).values_list("name", flat=True))


def _is_unit(agency: Agency, said: list[str]) -> bool:
    names = agency.units.values_list("name", flat=True)
    return any(set(words_of(name)) & set(said) == set(said) for name in names)


def near_duplicate(agency: Agency, facts: Facts) -> Flag | None:
    """The flag, naming the document, of a file whose text nearly equals that of a document in force
    with another code."""
    key = code_key(facts["code"])
    if not key or not words_of(facts["title"]):
        return None
    text = text_of(facts.get("content") or {"sections": []})
    found = near_duplicates.near_duplicate(agency.pk, facts["title"], text, code=key)
    return {"code": "near_duplicate", "values": [found]} if found else None


def title_taken(agency: Agency, facts: Facts) -> Flag | None:
    """The flag, naming the document, of a file with the title of a document in force that has
    another code."""
    key = code_key(facts["code"])
    if not key:
        return None  # files without a code are compared when they are taken in
    rows = Version.objects.filter(agency=agency, kind=facts["kind"]).in_force()
    for code, title in rows.values_list("code", "title"):
        if code_key(code) != key and same_title(title, facts["title"]):
            return {"code": TITLE_TAKEN, "values": [f"{code} · {title}" if code else title]}
    return None
