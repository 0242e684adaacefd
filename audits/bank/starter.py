"""The city's initial question bank, loaded from a file by a migration."""

import tomllib
from pathlib import Path
from typing import Any

from procedures.standard import sort_key

QUESTIONS = Path(__file__).resolve().parents[1] / "data" / "questions.toml"
REWORDED = QUESTIONS.with_name("reworded.toml")


def load_questions(model: Any, path: Path = QUESTIONS) -> int:
    """Adds the questions of the file that the city's bank lacks, compared by clause and text.
    Returns how many it added."""
    with path.open("rb") as source:
        listed = tomllib.load(source)["questions"]
    known = set(model.objects.filter(agency=None).values_list("clause", "text"))
    fresh = [
        model(
            agency=None,
            clause=one["clause"],
            order=sort_key(one["clause"]),
            text=one["text"],
            text_en=one["en"],
            look_at=one["look"],
            look_at_en=one["look_en"],
        )
        for one in listed
        if (one["clause"], one["text"]) not in known
    ]
    model.objects.bulk_create(fresh)
    return len(fresh)


def add_faults(model: Any, path: Path = QUESTIONS) -> None:
    """Fills in what a fault looks like for the city's questions where it is still empty."""
    with path.open("rb") as source:
        listed = {(one["clause"], one["text"]): one for one in tomllib.load(source)["questions"]}
    rows = list(model.objects.filter(agency=None, fault="", fault_en=""))
    known = [row for row in rows if (row.clause, row.text) in listed]
    for row in known:
        said = listed[row.clause, row.text]
        row.fault, row.fault_en = said["fault"], said["fault_en"]
    model.objects.bulk_update(known, ["fault", "fault_en"], batch_size=500)


def reword(model: Any, path: Path = REWORDED) -> int:
    """Words anew the city's questions that said nearly what another says, where they are still
    untouched. One whose new wording is there already is no longer used. Returns how many it
    changed."""
    with path.open("rb") as source:
        listed = tomllib.load(source)["reworded"]
    with QUESTIONS.open("rb") as source:
        current = {(one["clause"], one["text"]): one for one in tomllib.load(source)["questions"]}
    meant = {
        (one["clause"], one["was"]): current[one["clause"], one["text"]]
        for one in listed
        if (one["clause"], one["text"]) in current  # a later release may have worded it again
    }
    city = model.objects.filter(agency=None)
    there = set(city.values_list("clause", "text"))
    changed = [row for row in city if row.is_active and (row.clause, row.text) in meant]
    for row in changed:
        now = meant[row.clause, row.text]
        if row.text != now["text"] and (row.clause, now["text"]) in there:
            row.is_active = False
            continue
        row.text, row.text_en = now["text"], now["en"]
        row.look_at, row.look_at_en = now["look"], now["look_en"]
        row.fault, row.fault_en = now["fault"], now["fault_en"]
    fields = ["text", "text_en", "look_at", "look_at_en", "fault", "fault_en", "is_active"]
    model.objects.bulk_update(changed, fields, batch_size=200)
    return len(changed)
