"""The kinds of things that are approved: each app registers its own in `ready()`. Approvals don't
depend on documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qms.access import Person
from qms.errors import Refused
from qms.models import Agency, Approval, ApprovalItem, Signature

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from qms.approvals.steps import Step

Text = Any  # a text, or a lazy one


@dataclass(frozen=True)
class Sealed:
    """A subject as it is sent: its name, its bytes, and who may not sign it."""

    subject: str  # "document:12"
    title: str  # code and title, as people name it
    data: bytes  # canonical bytes: sorted JSON in NFC that names its format
    excluded: frozenset[int] = frozenset()  # IDs of people who may not sign it; the sender is added
    unit_id: int | None = None  # the owning unit, for "head of the owning unit"
    owner_post: str = ""  # for "holder of the process owner's post"


def number(subject: str) -> int:
    """The ID in a subject's name: 12 of "document:12"."""
    return int(subject.partition(":")[2])


def nothing(approval: Approval) -> None:
    """A callback that does nothing."""


def nothing_on_closed(approval: Approval, how: str) -> None:
    """Likewise."""


def nothing_on_signed(approval: Approval, signature: Signature) -> None:
    """Likewise."""


def no_steps(items: Sequence[ApprovalItem]) -> "list[Step]":
    """The opening steps of a kind whose steps are all in its rule."""
    return []


@dataclass(frozen=True)
class Tick:
    """Something that the signer confirms before signing. `name` says what exactly was shown, so
    that a tick given to something else does not count."""

    name: str
    label: Text
    missing: Text  # the refusal without it


@dataclass(frozen=True)
class Effect:
    """What the signature of the present step brings about, shown before it is given."""

    said: Sequence[Text] = ()
    button: Text = ""  # the text of the button; empty: the step's
    ticks: Sequence[Tick] = ()


def no_effect(approval: Approval) -> Effect:
    """The effect of a signature that does nothing besides."""
    return Effect()


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is approved. The callbacks run inside the step's transaction and may
    raise Refused."""

    name: str  # "document"
    label: Text
    # Kinds of rule: ("document:procedure", "Quy trình")
    rules: Callable[[], list[tuple[str, Text]]]
    rule_of: Callable[[str], str]  # subject -> kind of rule
    may_send: Callable[[Person, Agency], bool]
    show: Callable[[ApprovalItem, bytes, bytes | None], SafeString]
    # ^ the sealed bytes as HTML; the third argument: the bytes of the previous round, if any
    url: Callable[[str], str]  # subject -> where its sender works on it
    opening: "Callable[[Sequence[ApprovalItem]], list[Step]]" = no_steps
    # ^ steps before those of the rule, which no rule can omit: the lead signs the report of
    # an audit
    sender_signs: bool = False  # whether the sender may hold a seat: the lead sends and signs
    hold: Callable[[Approval], object] = nothing
    # ^ locks what `effect` reads, before a signature is checked against it
    effect: Callable[[Approval], Effect] = no_effect
    carry_out_url: Callable[[Approval, Person], str] = lambda approval, user: ""
    # ^ the page on which an approved one is carried out, for people who may do that; empty
    # for others
    send_again_url: Callable[[Approval, Person], str] = lambda approval, user: ""
    # ^ the page on which one that came back is sent again, for people who may do that; empty
    # for others
    on_sent: Callable[[Approval], None] = nothing
    on_signed: Callable[[Approval, Signature], None] = nothing_on_signed
    on_closed: Callable[[Approval, str], None] = nothing_on_closed
    # ^ how: returned, taken_back, void, done; also for an item taken out: taken_out:<subject>
    on_done: Callable[[Approval], bool] = lambda approval: True
    # ^ all have signed: carries it out and returns True, or returns False and leaves it to a
    # later `lifecycle.finish`
    called_off: "Callable[[], QuerySet[Any]] | None" = None
    # ^ the things that nobody will send again: one that came back then waits for nobody
    default_steps: tuple[Any, ...] = ()
    # ^ the steps if neither agency nor city has a rule; empty: `steps.DEFAULT`


_KINDS: dict[str, Kind] = {}


def add(kind: Kind) -> None:
    """Registers a kind; one with the same name is replaced."""
    _KINDS[kind.name] = kind


def remove(kind: Kind) -> None:
    """Removes a kind (tests)."""
    _KINDS.pop(kind.name, None)


def get(name: str) -> Kind:
    """The kind. Raises KeyError for an unregistered one."""
    return _KINDS[name]


def of(subject: str) -> Kind:
    """The kind to which a subject belongs: "document:12" -> document. Raises Refused for an
    unknown one."""
    kind = _KINDS.get(subject.partition(":")[0])
    if kind is None:
        raise Refused(_("Không biết loại nội dung “%(name)s”.") % {"name": subject[:40]})
    return kind


def kinds() -> list[Kind]:
    return list(_KINDS.values())


def default_steps(rule_kind: str) -> tuple[Any, ...]:
    """The default steps of a kind without a rule; empty if the general default applies."""
    kind = _KINDS.get(rule_kind.partition(":")[0])
    return kind.default_steps if kind is not None else ()


def rule_kinds() -> dict[str, Text]:
    """Every kind of rule with its name, in the order in which apps registered them."""
    return {name: label for kind in _KINDS.values() for name, label in kind.rules()}
