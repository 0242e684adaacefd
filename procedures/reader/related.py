"""Related documents: those in force whose codes a document names, its forms among them, and those
that name it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.cache import caches
from django.db.models import Max, Q, TextField
from django.db.models.functions import Cast

from procedures.models import Kind, Version
from procedures.reader.queries import Tokens, lives_of, natural_key
from qms.clock import today
from search import api as search

MOST_ALIKE = 5  # near-duplicates shown
MOST = 50  # documents shown as naming another one
KEPT_SECONDS = 24 * 3600


def in_force_by_code(version: Version, keys: Iterable[str], tokens: Tokens) -> dict[str, Version]:
    """The readable documents in force of the version's agency with one of these codes.
    Two queries."""
    sought = set(keys) - {"", version.code_key}
    if not sought:
        return {}
    named = Version.objects.filter(agency=version.agency_id, code_key__in=sought).exclude(
        document=version.document_id
    )
    documents = named.order_by().values("document")
    versions = Version.objects.filter(document__in=documents).defer("content")
    found = [
        life.version
        for life in lives_of(list(versions), tokens, today())
        if life.state == "in_force"
        and life.version.code_key in sought
        and life.version.agency_id == version.agency_id
    ]
    return {row.code_key: row for row in sorted(found, key=lambda row: row.pk)}


def forms_of(forms: Iterable[dict[str, str]], found: Mapping[str, Version]) -> list[dict[str, Any]]:
    """[{"version", "file", "name"}] of the forms that a document names by code and that are in
    force."""
    names = {form["key"]: form["name"] for form in forms if form["key"]}
    rows = [row for key, row in found.items() if key in names and row.kind == Kind.FORM]
    return [
        {"version": row, "file": form_file(row), "name": row.title or names[row.code_key]}
        for row in sorted(rows, key=lambda row: natural_key(row.code))
    ]


def form_file(version: Version) -> dict[str, Any] | None:
    """The file to be filled in."""
    return next(
        (f for role in ("form", "original") for f in version.files if f.get("role") == role), None
    )


def offered(version: Version, files: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The files offered as buttons: for a form the one to fill in and the signed scan, each named
    accordingly."""
    found = [file for file in files if file.get("role") in {"original", "form", "signed"}]
    if version.kind != Kind.FORM:
        return found
    signed = [file for file in found if file["role"] == "signed"]
    filled = form_file(version)
    return [{**filled, "role": "form"}, *signed] if filled else signed


def named_in(version: Version, tokens: Tokens) -> list[Version]:
    """The other documents in force of its agency that name the version's code, by code: the
    procedures that use a form.

    Versions never change, so the search for the code is repeated only after the agency issues a
    version."""
    if not version.code:
        return []
    of_agency = Version.objects.filter(agency=version.agency_id)
    newest = of_agency.aggregate(newest=Max("pk"))["newest"]
    key = f"named:{version.agency_id}:{version.code}:{newest}"
    cache = caches["memory"]
    numbers = cache.get(key)
    if numbers is None:
        escaped = json.dumps(version.code)[1:-1]  # non-ASCII as SQLite stores it
        said = of_agency.annotate(said=Cast("content", TextField())).filter(
            Q(said__contains=version.code) | Q(said__contains=escaped)
        )
        numbers = list(said.order_by().values_list("pk", flat=True))
        cache.set(key, numbers, KEPT_SECONDS)
    others = Version.objects.filter(pk__in=numbers).exclude(document=version.document_id)
    held = others.visible_to(tokens).in_force().order_by().defer("content")
    return sorted(held, key=lambda row: natural_key(row.code))[:MOST]


def alike(version: Version, tokens: Tokens) -> list[Version]:
    """Near-duplicates in force of the same kind, in its agency and others, nearest first; only
    documents the reader may see. Empty if semantic search is off. One query if the nearest are
    visible, a few more if most are not."""
    seen: dict[str, Version] = {}

    def visible(keys: Sequence[str]) -> list[str]:
        numbers = {_number(key): key for key in reversed(keys)}
        of_kind = Version.objects.filter(pk__in=[n for n in numbers if n], kind=version.kind)
        others = of_kind.exclude(document=version.document_id).visible_to(tokens).in_force()
        known = {one.pk for one in seen.values()}
        found = {
            numbers[row.pk]: row
            for row in others.order_by().defer("content")
            if row.pk not in known
        }
        seen.update(found)
        return list(found)

    return [
        seen[key] for key in search.near_duplicates(f"version:{version.pk}", MOST_ALIKE, visible)
    ]


def _number(key: str) -> int:
    """The ID of the version whose entry has the key; 0 for invalid keys."""
    source, _, number = key.partition("#")[0].partition(":")
    return int(number) if source == "version" and number.isdecimal() else 0
