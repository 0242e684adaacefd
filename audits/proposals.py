"""Proposes questions for a line of the plan, as facts of `Item`: earlier findings, open
corrections, changes since, bank questions for its clauses, and the procedures' own steps, forms and
records, each with its source."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import TypedDict

from django.db.models import Q
from django.utils.translation import gettext as _

from audits import repeats
from audits.models import Audit, Finding, Grade, Item, Nonconformity, PlanRow, Question
from procedures import content as reading
from procedures.changes import redline, states
from procedures.content.case_names import short_cases, with_unit
from procedures.content.outline import Part, parts
from procedures.content.schema import Content, FormEntry, RecordEntry, Step, is_grid
from procedures.enums import Kind
from procedures.models import Version
from qms.clock import today, written
from qms.text.folding import fold

MOST_EARLIER = 60  # findings, and open corrections, of one unit
MOST_CHANGES = 40  # of one document
FEW_WORDS = 2  # a shorter step, without a time or a form, gives nothing to check
LONGEST = 160  # characters per quotation
NEW_WITHIN = 366  # days in which a procedure that was never audited counts as new
STEP, RECORDS, CHANGES, CORRECTION = "8.5.1", "7.5.3", "8.5.6", "10.2"
_NUMBERED = re.compile(r"[\d½¼¾]|\b(?:nua|mot|hai|ba)\b")
_ABOUT_A_STEP = re.compile(r"[^:]*\b(?:buoc|step)\b")  # as worded by `procedures.changes.in_words`
_EMPTY = re.compile(r"[\W_]*")
_IN_ALL = re.compile(r"(?<!\s)\s*:\s*[\d½¼¾].*")  # the time of all steps, in the name of a case


class Facts(TypedDict, total=False):
    """Field values of an `Item`."""

    text: str
    look_at: str
    fault: str
    clause: str
    version: Version
    anchor: str
    step: str
    source: str
    about: str


def of(audit: Audit, row: PlanRow) -> list[Facts]:
    """All distinct questions for the line, in order. A constant number of queries per document."""
    versions = _versions(audit, row)
    found: dict[str, Facts] = {}
    asked: Iterable[Iterable[Facts]] = (
        _earlier(audit, row),
        _open(audit, row),
        *(_changed(audit, one) for one in versions),
        _from_bank(audit, row),
        *(_from_procedure(one) for one in versions),
    )
    for facts in (one for several in asked for one in several):
        found.setdefault(facts["text"], facts)
    return list(found.values())


def _versions(audit: Audit, row: PlanRow) -> list[Version]:
    fixed = {one["document"]: one["version"] for one in audit.versions}
    wanted = [fixed[pk] for pk in row.documents if pk in fixed]
    return list(Version.objects.filter(pk__in=wanted).order_by("code", "pk"))


# -- earlier findings


def _earlier(audit: Audit, row: PlanRow) -> Iterator[Facts]:
    """Findings of other audits in this unit, or in these documents, within three years,
    newest first."""
    here = Q(unit=row.unit_id) | Q(version__document__in=row.documents)
    rows = Finding.objects.filter(here, agency=audit.agency_id)
    rows = rows.filter(told_on__gte=repeats.years_before(today()), grade__in=repeats.FAULTS)
    rows = rows.exclude(state=Finding.State.DROPPED).exclude(audit=audit)
    for one in rows.select_related("version").order_by("-told_on", "-pk")[:MOST_EARLIER]:
        said = _("Lần trước (%(code)s, %(day)s) thấy: “%(seen)s”. Nay còn xảy ra không?")
        if one.grade == Grade.OBSERVATION:
            said = _(
                "Điểm lưu ý lần trước (%(code)s, %(day)s): “%(seen)s”. Nay đơn vị làm thế nào?"
            )
        day = written(one.told_on or today())
        facts = {"code": one.code, "day": day, "seen": _cut(one.seen)}
        yield {
            "text": said % facts,
            "look_at": _("Các hồ sơ phát sinh sau ngày %(day)s") % {"day": day},
            "clause": one.clause or CORRECTION,
            "source": Item.Source.EARLIER,
            "about": f"finding:{one.pk}",
        }


def _open(audit: Audit, row: PlanRow) -> Iterator[Facts]:
    """Open corrections of the unit: each action, due or done, or the lack of any."""
    rows = Nonconformity.objects.filter(agency=audit.agency_id, unit=row.unit_id)
    rows = rows.exclude(state__in=Nonconformity.ENDED).prefetch_related("actions")
    for case in rows.order_by("opened_on", "pk")[:MOST_EARLIER]:
        common: Facts = {
            "clause": CORRECTION,
            "source": Item.Source.EARLIER,
            "about": f"nonconformity:{case.pk}",
        }
        actions = list(case.actions.all())
        for action in actions:
            facts = {"code": case.code, "what": _cut(action.what), "day": written(action.done_on or action.due)}  # fmt: skip
            said = (
                _("%(code)s: việc “%(what)s” đã làm xong ngày %(day)s; nay có tác dụng không?")
                if action.done_on
                else _("%(code)s: việc “%(what)s” hạn %(day)s đã làm đến đâu?")
            )
            yield {"text": said % facts, "look_at": _("Bằng chứng thực hiện, kết quả tại chỗ"), **common}  # fmt: skip
        if not actions:
            facts = {"code": case.code, "what": _cut(case.description)}
            said = _("%(code)s: “%(what)s” mở ra mà chưa có hành động khắc phục nào; đơn vị đang làm gì?")  # fmt: skip
            yield {"text": said % facts, "look_at": _("Phân tích nguyên nhân, kế hoạch hành động khắc phục"), **common}  # fmt: skip


# -- changes


def _changed(audit: Audit, version: Version) -> Iterator[Facts]:
    """Each change of the document since its last audit, or that it is new if it was
    never audited."""
    old = _audited_before(audit, version)
    common: Facts = {"clause": CHANGES, "version": version, "source": Item.Source.CHANGE}
    look = _("Phổ biến, tập huấn, hồ sơ làm từ ngày %(day)s; %(document)s") % {
        "day": written(version.effective_on), "document": _name(version),
    }  # fmt: skip
    if old is None:
        if (today() - version.effective_on).days <= NEW_WITHIN:
            said = _("%(document)s có hiệu lực từ %(day)s, chưa lần nào được đánh giá: người làm đã biết và làm theo chưa?")  # fmt: skip
            facts = {"document": _name(version), "day": written(version.effective_on)}
            yield {"text": said % facts, "look_at": look, **common}
        return
    if old.pk == version.pk:
        return
    sentences = redline.in_words(states.state_of(old), states.state_of(version))
    anchored = _Places(version)
    for sentence in sentences[:MOST_CHANGES]:
        facts = {"code": version.code or version.title, "change": _cut(sentence, 2 * LONGEST)}
        yield {
            "text": _("%(code)s đã sửa: %(change)s. Người làm đã biết và làm theo chưa?") % facts,
            "look_at": look,
            "anchor": anchored.changed(sentence),
            **common,
        }


def _audited_before(audit: Audit, version: Version) -> Version | None:
    """The version of the document in the latest concluded audit before this one, or None."""
    told = Audit.objects.filter(agency=audit.agency_id, concluded_on__isnull=False)
    rows = told.exclude(pk=audit.pk).filter(starts_on__lte=audit.starts_on)
    for versions in rows.order_by("-starts_on", "-pk").values_list("versions", flat=True)[:200]:
        for one in versions:
            if one["document"] == version.document_id:
                return Version.objects.filter(pk=one["version"]).first()
    return None


# -- the bank


def _from_bank(audit: Audit, row: PlanRow) -> Iterator[Facts]:
    """The active questions of the city and of both agencies for the row's clauses and what lies
    below them."""
    asked = Q(pk__in=())
    for clause in row.clauses:
        asked |= Q(clause=clause) | Q(clause__startswith=f"{clause}.")
    owner = Q(agency=None) | Q(agency=audit.agency_id) | Q(agency=audit.body_id)
    for one in Question.objects.filter(asked, owner, is_active=True).order_by("order", "pk"):
        yield {
            "text": one.text,
            "look_at": one.look_at,
            "fault": one.fault,
            "clause": one.clause,
            "source": Item.Source.BANK,
        }


# -- the procedure


def _from_procedure(version: Version) -> Iterator[Facts]:
    """Questions on its steps (actor, time, form), then its forms, then its records."""
    places = _Places(version)
    common: Facts = {"version": version, "source": Item.Source.PROCEDURE}
    cases = reading.cases(version.content)
    for step in _with_own_times(version.content):
        if version.kind == Kind.FORM or not _can_be_held_against(step):
            continue
        yield {
            "text": _step(step, cases),
            "look_at": _trace(step, version),
            "clause": STEP,
            "anchor": places.of("steps", "content"),
            "step": step["number"][:60],
            **common,
        }
    records = reading.records(version.content)
    kept = [fold(one["name"]) for one in records]
    for form in reading.forms(version.content):
        if not _is_among(form, kept):
            yield {
                "text": _form(form),
                "look_at": _("Ba bản đã điền gần nhất; theo %(document)s") % {"document": _name(version)},
                "clause": RECORDS,
                "anchor": places.of("forms", "forms"),
                **common,
            }  # fmt: skip
    for record in records:
        yield {
            "text": _record(record),
            "look_at": _("Nơi lưu; theo %(document)s") % {"document": _name(version)},
            "clause": RECORDS,
            "anchor": places.of("records", "records"),
            **common,
        }


def _with_own_times(content: Content) -> list[Step]:
    """The steps; a time that several share stands with the first of them, as shared, and not with
    the others."""
    steps, own = reading.steps(content), reading.steps(content, fill=False)
    if len(steps) != len(own):
        return steps
    found: list[Step] = []
    last = ""
    for step, alone in zip(reversed(steps), reversed(own), strict=True):
        times = step["durations"]
        if any(times) and not any(alone["durations"]):
            last, times = last or _bare(step["number"]), alone["durations"]
        elif last and any(times):
            shared = _("chung cho các bước %(first)s–%(last)s") % {"first": _bare(step["number"]), "last": last}  # fmt: skip
            last, times = "", [f"{one} ({shared})" if one else "" for one in times]
        found.append({**step, "durations": times})
    return found[::-1]


def _bare(number: str) -> str:
    return re.sub(r"^\D+|\W+$", "", number)


def _can_be_held_against(step: Step) -> bool:
    """Whether a step gives an auditor something to check: a form, a time, or more than a word or
    two ("Đóng dấu")."""
    timed = any(_NUMBERED.search(fold(one)) for one in step["durations"])
    written_down = not _EMPTY.fullmatch(step["form"])
    words = 0 if _EMPTY.fullmatch(step["action"]) else len(step["action"].split())
    return words > (0 if timed or written_down else FEW_WORDS)


def _step(step: Step, cases: Sequence[str] = ()) -> str:
    said = _("Bước %(number)s “%(action)s” có được làm đúng không?") % {
        "number": _bare(step["number"]) or "–",
        "action": _cut(step["action"]),
    }
    facts = []
    if not _EMPTY.fullmatch(step["responsible"]):
        facts.append(_("Người làm: %(who)s.") % {"who": _cut(step["responsible"])})
    time = _times(step, cases)
    if time and _NUMBERED.search(fold(time)):
        facts.append(_("Thời hạn: %(time)s; ba hồ sơ gần nhất có đúng hạn không?") % {"time": _cut(time)})  # fmt: skip
    elif time:
        facts.append(_("Thời hạn: %(time)s.") % {"time": _cut(time)})
    return " ".join([said, *facts])


def _times(step: Step, cases: Sequence[str]) -> str:
    """The time of each case, or one time if they are all the same."""
    told = [with_unit(one.strip(" ."), label) for one, label in zip_longest(step["durations"], cases[: len(step["durations"])], fillvalue="")]  # fmt: skip
    if len({one for one in told if not _EMPTY.fullmatch(one)}) < 2:
        return next((one for one in told if not _EMPTY.fullmatch(one)), "")
    brief = [_lower(_IN_ALL.sub("", case)) for case in short_cases(cases)[: len(told)]]
    named = [f"{one} ({case})" if case else one for one, case in zip_longest(told, brief, fillvalue="")]  # fmt: skip
    return "; ".join(name for name, one in zip(named, told, strict=True) if not _EMPTY.fullmatch(one))  # fmt: skip


def _trace(step: Step, version: Version) -> str:
    if not _EMPTY.fullmatch(step["form"]):
        facts = {"form": _cut(step["form"]), "document": _name(version)}
        return _("%(form)s; theo %(document)s") % facts
    return _("Hồ sơ lấy mẫu; theo %(document)s") % {"document": _name(version)}


def _form(form: FormEntry) -> str:
    named = " ".join(x for x in (form.get("code"), form.get("name")) if x)
    return _("Biểu mẫu “%(form)s” đang dùng có đúng mẫu hiện hành và được điền đủ không?") % {
        "form": _cut(named)
    }


def _record(record: RecordEntry) -> str:
    facts = {"name": _cut(record["name"]), "place": record["place"].strip(" ."), "time": _lower(record["retention"].strip(" ."))}  # fmt: skip
    if facts["place"] and facts["time"]:
        return _("Hồ sơ “%(name)s” có đủ, lưu tại %(place)s và giữ %(time)s không?") % facts
    if facts["time"]:
        return _("Hồ sơ “%(name)s” có đủ và được giữ %(time)s không?") % facts
    if facts["place"]:
        return _("Hồ sơ “%(name)s” có đủ và lưu tại %(place)s không? Giữ bao lâu?") % facts
    return _("Hồ sơ “%(name)s” có đủ không, lưu ở đâu và giữ bao lâu?") % facts


def _lower(text: str) -> str:
    """The text with a lower-case first letter, for use within a sentence."""
    return text[:1].lower() + text[1:]


def _is_among(form: FormEntry, kept: list[str]) -> bool:
    """Whether the form is one of the records, which have their own questions."""
    names = [fold(str(x)) for x in (form.get("code"), form.get("name")) if x]
    return any(name == record or len(name) > 4 and name in record for name in names for record in kept)  # fmt: skip


class _Places:
    """Finds the URL of the part of a version's page about something."""

    def __init__(self, version: Version) -> None:
        self.parts = [one for one in parts(version.content) if one.in_body]

    def of(self, subject: str, kind: str) -> str:
        """The part with a grid of that subject, else the section of that kind; empty if there
        is neither."""
        for part in self.parts:
            if any(is_grid(block) and block.get("subject") == subject for block in part.blocks):
                return part.anchor
        return next((one.anchor for one in self.parts if one.kind == kind), "")

    def changed(self, sentence: str) -> str:
        """The part that a sentence about a change refers to: the one whose name begins it, or
        the steps."""
        named = next((one for one in self.parts if _begins(sentence, one)), None)
        if named is not None:
            return named.anchor
        about_steps = _ABOUT_A_STEP.match(fold(sentence)) is not None
        return self.of("steps", "content") if about_steps else ""


def _begins(sentence: str, part: Part) -> bool:
    return bool(part.title) and sentence.startswith((f"{part.label}:", f"{part.title}:"))


def _name(version: Version) -> str:
    return f"{version.code} {version.title}".strip()


def _cut(text: str, most: int = LONGEST) -> str:
    text = " ".join(text.split()).strip(" .;:")
    text = text.lstrip("-–—+•*▪ ")
    return text if len(text) <= most else f"{text[: most - 3].rstrip()}…"
