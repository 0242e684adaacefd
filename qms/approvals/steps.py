"""The steps of a rule: meaning, signers, number of signatures and days of each."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.approvals import subjects
from qms.errors import Refused
from qms.models import Agency, Appointment, ApprovalRule, Meaning, User
from qms.roles import Role

MOST_STEPS = 10
MOST_DAYS = 90


class Who(models.TextChoices):
    ROLE = "role", gettext_lazy("Người giữ vai trò")
    PEOPLE = "people", gettext_lazy("Người được nêu tên")
    UNIT_HEAD = "unit_head", gettext_lazy("Trưởng đơn vị chủ trì")
    OWNER_POST = "post", gettext_lazy("Người giữ chức vụ chủ quá trình")


OWNERS = (Who.UNIT_HEAD, Who.OWNER_POST)  # who signs depends on the item
SIGNING_ROLES = (Role.REVIEWER, Role.APPROVER, Role.UNIT_HEAD)
# Roles that may sign with a meaning, where a rule or the officer names people.
ROLES_FOR: dict[str, tuple[str, ...]] = {
    Meaning.REVIEWED: (Role.REVIEWER, Role.APPROVER, Role.UNIT_HEAD),
    Meaning.APPROVED: (Role.APPROVER,),
}


@dataclass(frozen=True)
class Step:
    """One step. `quorum`: how many must sign, 0 for all of them.

    Fixed when it is sent: `all_of`, who "all" are; `each`, where a set has several owners, the seat
    of each with those who could fill it: every owner's seat needs its signatures."""

    meaning: str
    who: str
    role: str = ""
    people: tuple[int, ...] = ()
    quorum: int = 1
    days: int = 5
    all_of: tuple[int, ...] = ()
    each: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def label(self) -> str:
        return str(Meaning(self.meaning).label)

    @property
    def needed(self) -> int:
        """The minimum number of signatures."""
        return max(self.quorum, 1)

    def as_json(self) -> dict[str, Any]:
        return {
            name: list(value) if isinstance(value, tuple) else str(value) if isinstance(value, str) else value
            for name, value in asdict(self).items()
            if name != "each" or value
        }  # fmt: skip

    def described(self, names: dict[int, str] | None = None) -> str:
        """Who gives this signature, in words. `names`: {ID: name} of the people named in it."""
        if self.who == Who.ROLE:
            said = str(Role(self.role).label)
        elif self.who == Who.PEOPLE:
            said = ", ".join((names or {}).get(pk, f"#{pk}") for pk in self.people)
        else:
            said = str(Who(self.who).label)
        return said


DEFAULT = (
    Step(Meaning.REVIEWED, Who.ROLE, Role.REVIEWER, quorum=1, days=5),
    Step(Meaning.APPROVED, Who.ROLE, Role.APPROVER, quorum=1, days=5),
)


def from_json(rows: Iterable[dict[str, Any]]) -> list[Step]:
    """The steps as stored in a rule or an approval."""
    return [
        Step(
            meaning=row["meaning"],
            who=row["who"],
            role=row.get("role", ""),
            people=tuple(row.get("people", ())),
            quorum=row.get("quorum", 1),
            days=row.get("days", 5),
            all_of=tuple(row.get("all_of", ())),
            each=tuple((token, tuple(people)) for token, people in row.get("each", ())),
        )
        for row in rows
    ]


def for_kind(agency: Agency, kind: str) -> list[Step]:
    """The steps that apply to a kind in an agency: its own rule, else the city's, else
    the default."""
    rows = ApprovalRule.objects.filter(kind=kind).filter(
        models.Q(agency=agency) | models.Q(agency__isnull=True)
    )
    found = {rule.agency_id: rule.steps for rule in rows}
    steps = found.get(agency.pk) or found.get(None)
    return from_json(steps) if steps else default_steps(kind)


def default_steps(kind: str) -> list[Step]:
    """The steps for a kind without a rule in the agency or the city."""
    return list(subjects.default_steps(kind) or DEFAULT)


def check_meanings(steps: list[Step]) -> None:
    """Raises Refused unless the last step approves."""
    if not steps:
        raise Refused(_("Quy tắc chưa có bước nào. Hãy thêm ít nhất một bước phê duyệt."))
    if steps[-1].meaning != Meaning.APPROVED:
        raise Refused(_("Bước cuối phải là phê duyệt. Không có bước phê duyệt thì không lưu được."))


def check(steps: list[Step], agency: Agency | None) -> None:
    """Raises Refused, with advice, if the steps are invalid as a rule of the agency (None: of
    the city)."""
    check_meanings(steps)
    if len(steps) > MOST_STEPS:
        raise Refused(_("Quy tắc có tối đa %(most)s bước.") % {"most": MOST_STEPS})
    for number, step in enumerate(steps, start=1):
        _check_step(number, step, agency)


def _check_step(number: int, step: Step, agency: Agency | None) -> None:
    where = {"number": number}
    if step.meaning not in Meaning.values or step.who not in Who.values:
        raise Refused(_("Bước %(number)s ghi chưa đúng. Hãy chọn lại.") % where)
    if not 1 <= step.days <= MOST_DAYS:
        raise Refused(_("Bước %(number)s: số ngày phải từ 1 đến 90.") % where)
    if not 0 <= step.quorum <= 50:
        raise Refused(_("Bước %(number)s: số người ký phải từ 0 (tất cả) đến 50.") % where)
    if step.who == Who.ROLE and step.role not in ROLES_FOR[step.meaning]:
        raise Refused(
            _("Bước %(number)s: vai trò này không ký được bước %(meaning)s. Hãy chọn vai trò khác.")
            % {**where, "meaning": step.label.lower()}
        )
    if step.who == Who.PEOPLE:
        _check_people(number, step, agency)


def _check_people(number: int, step: Step, agency: Agency | None) -> None:
    """Checks that the people named in a rule hold a role that may sign, in the agency, and are
    enough."""
    where = {"number": number}
    if agency is None:
        raise Refused(
            _("Bước %(number)s: quy tắc chung của thành phố không nêu tên người. Hãy chọn vai trò.")
            % where
        )
    if not step.people:
        raise Refused(_("Bước %(number)s: hãy chọn ít nhất một người.") % where)
    if step.quorum > len(set(step.people)):
        raise Refused(
            _("Bước %(number)s: số người phải ký nhiều hơn số người được nêu tên.") % where
        )
    able = able_people(agency, step.meaning)
    for person in User.objects.filter(pk__in=set(step.people) - able):
        raise Refused(
            _("Bước %(number)s: %(name)s không giữ vai trò ký được bước này trong cơ quan. Quản trị cơ quan giao vai trò, hoặc hãy chọn người khác.")
            % {**where, "name": person}
        )  # fmt: skip
    if set(step.people) - able:
        raise Refused(_("Bước %(number)s: có người không còn tài khoản.") % where)


def able_people(agency: Agency, meaning: str) -> set[int]:
    """IDs of the people who may be named for a step with this meaning today."""
    held = Appointment.objects.current().filter(agency=agency, role__in=ROLES_FOR[meaning])
    return set(held.filter(person__is_active=True).values_list("person", flat=True))


def with_signers_fixed(
    step: Step, people: Iterable[int], owners: Mapping[str, Iterable[int]]
) -> Step:
    """The step as copied into an approval: who "all" are is fixed, or who could sign for each
    owner."""
    each = tuple((token, tuple(sorted(owners[token]))) for token in sorted(owners))
    return replace(step, all_of=tuple(sorted(people)) if step.quorum == 0 else (), each=each)
