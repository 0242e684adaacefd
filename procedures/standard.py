"""The standard as data: the clauses of an edition come from a file, and a further edition can be
loaded as well."""

import functools
import tomllib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.utils.translation import get_language

ISO_9001_2015 = Path(settings.BASE_DIR) / "qms" / "data" / "clauses-9001-2015.toml"


def sort_key(number: str) -> str:
    """Clauses in the order of the standard: 9.3 before 10.1."""
    return ".".join(part.zfill(2) for part in number.split("."))


@transaction.atomic
def load_clauses(model: Any, path: Path = ISO_9001_2015) -> dict[str, Any]:
    """Loads an edition's clauses into the table of `model` (Clause, or its state in a migration);
    returns its rows by number.

    Changed titles are updated, nothing is deleted. Idempotent."""
    with path.open("rb") as source:
        edition = tomllib.load(source)
    rows = [
        model(
            edition=edition["edition"],
            number=c["number"],
            title=c["title"],
            sort_key=sort_key(c["number"]),
        )
        for c in edition["clauses"]
    ]
    model.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["edition", "number"],
        update_fields=["title", "sort_key"],
    )
    return {clause.number: clause for clause in model.objects.filter(edition=edition["edition"])}


@functools.cache
def _titles(language: str, path: Path = ISO_9001_2015) -> dict[str, str]:
    """The titles of an edition in a language ("title" or "english" in its file), by number."""
    with path.open("rb") as source:
        return {c["number"]: c.get(language, "") for c in tomllib.load(source)["clauses"]}


def in_words(edition: str, number: str, title: str) -> str:
    """The title of a clause in the user's language; the stored one if the file has none."""
    english = (get_language() or "").startswith("en") and edition == "ISO 9001:2015"
    return (_titles("english").get(number) if english else "") or title


def update_titles(using: str, **_sent: Any) -> None:
    """Updates the stored titles of clauses that differ from those in the file. Receiver of Django's
    `post_migrate`; adds no clauses."""
    if "procedures_clause" not in connections[using].introspection.table_names():
        return
    model = apps.get_model("procedures", "Clause")
    held = model.objects.using(using).filter(edition="ISO 9001:2015")
    titles = _titles("title")
    changed = [row for row in held if titles.get(row.number, row.title) != row.title]
    for row in changed:
        row.title = titles[row.number]
    model.objects.using(using).bulk_update(changed, ["title"])
