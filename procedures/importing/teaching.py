"""Reading rules of an agency, learnt from corrections: offering, storing and matching them."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from procedures.importing.known import Facts
from procedures.importing.rights import require
from procedures.models import ImportBatch, ImportItem, ImportRule
from procedures.word import portions, teach
from procedures.word import rules as reading_rules
from procedures.word.lines import Line
from procedures.word.rules import Rule
from qms import locks
from qms.errors import Refused
from qms.models import Agency, User

State = ImportItem.State
MOST_RULES = 500  # per agency
COMPARED = (
    "code", "title", "kind", "issue_number", "revision_number", "issued_on", "effective_on", "signers", "steps", "records", "forms",
    "amendments",
)  # fmt: skip
# What an item keeps of its reading when it is accepted: the rules that helped, and what reading
# again changed
KEPT = ("rules", "round", "changed", "taught")
_ROLES = ("drafted", "reviewed", "approved")


def rules_of(agency: Agency) -> list[dict[str, Any]]:
    """The agency's rules that are switched on, in the form the reader expects."""
    return [rule.as_data() for rule in ImportRule.objects.filter(agency=agency, is_on=True)]


def lines_of(heavy: dict[str, Any]) -> list[Line]:
    """The lines of a file that was read; empty if read before lines were stored."""
    return [Line(*line) for line in heavy.get("lines", ())]


def offers(item: ImportItem) -> list[tuple[str, Any, list[Rule]]]:
    """[(meaning, the corrected value, rules that would find it in other files)] for what the
    officer corrected."""
    lines, read = lines_of(item.heavy), item.reading["facts"]
    facts = [read["title"], read["code"], item.corrections.get("title") or ""]
    found = []
    for meaning, value in _corrected(item):
        if rules := teach.offers(lines, meaning, value, facts):
            found.append((meaning, value, rules))
    return found


def _corrected(item: ImportItem) -> list[tuple[str, Any]]:
    changed = item.corrections
    values: list[tuple[str, Any]] = [
        (name, changed[name])
        for name in ("code", "title", "issue_number", "revision_number")
        if changed.get(name) not in (None, "")
    ]
    for name in ("issued_on", "effective_on"):
        if day := parse_date(changed.get(name) or ""):
            values.append((name, day))
    read = {s.get("role"): s.get("name") for s in item.reading["facts"]["signers"]}
    for signer in changed.get("signers", ()):
        if signer.get("name") and read.get(signer["role"]) != signer["name"]:
            values.append((signer["role"], signer["name"]))
    return values


def _rule(kept: ImportRule) -> Rule:
    return Rule(kept.kind, kept.meaning, kept.phrase, tuple(kept.headings))


def affected(rule: Rule) -> frozenset[str]:
    """The facts that a rule can change, as in `COMPARED`."""
    if rule.kind == reading_rules.COLUMN:
        return frozenset({rule.fact})
    if rule.fact in _ROLES:
        return frozenset({"signers"})
    if rule.fact in reading_rules.NUMBERS:
        return frozenset(reading_rules.NUMBERS)
    if rule.fact in ("code", "title"):
        return frozenset({rule.fact, "kind"})
    return frozenset(COMPARED if rule.fact == "none" else {rule.fact})


def rules_that_helped(item: ImportItem, facts: Facts) -> list[int]:
    """IDs of the agency's rules whose words or place a file has and whose fact was read.
    One query."""
    lines = lines_of(item.heavy)
    told = teach.Told(lines)
    return [
        kept.pk
        for kept in ImportRule.objects.filter(agency=item.batch.agency_id, is_on=True)
        if told.speaks(rule := _rule(kept)) and _read_by(rule, lines, facts)
    ]


def _read_by(rule: Rule, lines: list[Line], facts: Facts) -> bool:
    """Whether the fact of a rule was read, with the value that the rule leads to as far as
    that is known."""
    if rule.fact in _ROLES:
        return any(s.get("role") == rule.fact for s in facts["signers"])
    value = facts.get(rule.fact)
    if rule.fact == "none" or value in (None, "", []):
        return rule.fact == "none"
    if rule.fact not in reading_rules.FIELDS or rule.fact == "title":
        return True
    day = parse_date(value) if rule.fact in reading_rules.DAYS else None
    return portions.gives(lines, rule, day or value)


def files_helped(agencies: Iterable[int]) -> Counter[int]:
    """{ID of a rule: number of files of these agencies that it helped to read}. One query."""
    items = ImportItem.objects.filter(batch__agency__in=agencies, reading__has_key="rules")
    counted: Counter[int] = Counter()
    for rules in items.values_list("reading__rules", flat=True).iterator(chunk_size=500):
        counted.update(rules)
    return counted


def unsound() -> str:
    return _("Quy tắc này không đọc được. Hãy chọn chữ trong tệp và nghĩa của nó.")


def keep(agency: Agency, rule: Rule, *, by: User, source: str = "") -> ImportRule:
    """Creates or updates the agency's rule: one for each label or place, or for each portion of its
    value, where the last meaning wins. Raises Refused for an invalid rule, and beyond
    `MOST_RULES`."""
    if not reading_rules.is_sound(rule) or len(rule.phrase) > 200:
        raise Refused(unsound())
    same = _of_same_words(agency, rule)
    for other in same[1:]:
        other.delete()
    kept = same[0] if same else ImportRule(agency=agency, kind=rule.kind, phrase=rule.phrase)
    if kept.pk is None and ImportRule.objects.filter(agency=agency).count() >= MOST_RULES:
        raise Refused(
            _("Cơ quan đã có %(count)s quy tắc đọc tệp. Hãy xóa bớt quy tắc không dùng.")
            % {"count": MOST_RULES}
        )
    kept.meaning, kept.headings, kept.is_on = rule.meaning, list(rule.headings), True
    kept.source, kept.by = source[:255], by
    kept.save()
    return kept


def _of_same_words(agency: Agency, rule: Rule) -> list[ImportRule]:
    """The agency's rules for the same label, column or place that the rule contradicts."""
    same = ImportRule.objects.filter(agency=agency, kind=rule.kind, phrase=rule.phrase)
    if rule.kind == reading_rules.COLUMN:
        return list(same.filter(headings=list(rule.headings)))
    return [kept for kept in same if _contradicts(rule, _rule(kept))]


def _contradicts(rule: Rule, kept: Rule) -> bool:
    """Whether two rules for one label or place can't both hold."""
    if rule.fact == kept.fact:
        return True
    if rule.kind == reading_rules.SPOT:
        return False
    return rule.portion == kept.portion or not rule.portion or not kept.portion


def matching(batch: ImportBatch, rules: list[Rule], exclude: int | None = None) -> list[int]:
    """For each rule, the number of matching files of the batch that await review, except item
    `exclude`. One query."""
    counts = [0] * len(rules)
    waiting = batch.items.filter(state=State.READ, role=ImportItem.Role.DOCUMENT)
    for heavy in waiting.exclude(pk=exclude or 0).values_list("heavy", flat=True).iterator(50):
        told = teach.Told(lines_of(heavy))
        for n, rule in enumerate(rules):
            counts[n] += told.speaks(rule)
    return counts


def changes(before: Facts, after: Facts) -> list[list[Any]]:
    """[[name, old value, new value]] of the facts that differ between two readings."""
    return [
        [name, before.get(name), after.get(name)]
        for name in COMPARED
        if before.get(name) != after.get(name)
    ]


def still_needed(corrections: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """The corrections that the reader does not yet find by itself."""
    return {
        name: value
        for name, value in corrections.items()
        if name not in facts or not _same(name, value, facts[name])
    }


def _same(name: str, value: Any, read: Any) -> bool:
    if name != "signers":
        return value == read
    return [(s["role"], s["name"]) for s in value] == [(s["role"], s["name"]) for s in read]


@transaction.atomic
def change(rule: ImportRule, *, by: User, phrase: str, meaning: str, is_on: bool) -> ImportRule:
    """Edits a rule or switches it on or off. Raises Refused for the wrong role, for an invalid
    rule, and for words that another rule has."""
    locks.hold(locks.Lock.IMPORTS, rule.agency_id)
    rule = locks.row(ImportRule.objects.all(), rule.pk)
    require(by, rule.agency)
    made = Rule(rule.kind, meaning, " ".join(phrase.split()), tuple(rule.headings))
    if not reading_rules.is_sound(made) or len(made.phrase) > 200:
        raise Refused(unsound())
    same_words = (made.phrase, meaning) == (rule.phrase, rule.meaning)
    others = [one for one in _of_same_words(rule.agency, made) if one.pk != rule.pk]
    if not same_words and others:
        raise Refused(
            _("Đã có quy tắc khác cho đúng chữ này. Hãy sửa quy tắc đó, hoặc xóa một trong hai.")
        )
    rule.phrase, rule.meaning, rule.is_on = made.phrase, meaning, is_on
    rule.save()
    return rule


@transaction.atomic
def remove(rule: ImportRule, *, by: User) -> None:
    """Deletes a rule but not its history. Raises Refused for the wrong role."""
    rule = locks.row(ImportRule.objects.all(), rule.pk)
    require(by, rule.agency)
    rule.delete()
