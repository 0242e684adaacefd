"""Roles of table columns taught by users."""

from collections.abc import Mapping, Sequence

from procedures.content.wording import words
from procedures.word.rules import COLUMN, MANY, Rule

_AGREED = 0.5  # share of a table's headings that must equal those of the rule


def columns_taught(
    folded: Sequence[str], rules: Sequence[Rule]
) -> tuple[str, dict[int, str]] | None:
    """(subject, {column: role}) of a table with these folded headings; None if no rule applies."""
    found: dict[str, dict[int, str]] = {}
    for rule in rules:
        if rule.kind != COLUMN or words(rule.phrase) not in folded:
            continue
        learnt = {words(heading) for heading in rule.headings} - {""}
        if learnt and len(learnt & set(folded)) < _AGREED * len(learnt):
            continue
        subject, _dot, role = rule.meaning.partition(".")
        found.setdefault(subject, {})[list(folded).index(words(rule.phrase))] = role
    if not found:
        return None
    return max(found.items(), key=lambda pair: len(pair[1]))


def with_taught(roles: Sequence[str], taught: Mapping[int, str]) -> list[str]:
    """The roles of columns; taught ones override the reader's guesses."""
    sole = set(taught.values()) - MANY
    guessed = ["note" if role in sole else role for role in roles]
    return [taught.get(i, role) for i, role in enumerate(guessed)]
