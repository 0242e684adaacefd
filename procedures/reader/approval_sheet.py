"""The approval page of a version as a paper: who drafted, reviewed and approved it, in which
rounds, over which digest.

It tells a reader what the version's own page tells that reader, and no more."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from procedures.changes.states import signer_line
from procedures.models import SignerRole, Version, VersionAct
from procedures.reader import proof
from procedures.reader.queries import VersionStatus
from procedures.standing import STATE_LABELS
from qms.access import Person
from qms.approvals import capacity, papers, queries
from qms.approvals import rules as approval_rules
from qms.approvals.sealing import in_fours
from qms.clock import today, written
from qms.models import Signature
from qms.paper import Block, Column, Heading, Items, Paragraph, Sheet, Table

NOTHING = "–"


def sheet(
    life: VersionStatus, found: Sequence[VersionStatus], user: Person, *, language: str
) -> Sheet:
    """The page of one version for this reader; `found`: the versions of the document that they
    may read."""
    version = life.version
    with translation.override(language):
        return Sheet(
            **papers.heading(version.agency) | {"agency": version.agency_name, "archive": ""},
            kind=_("Trang phê duyệt"),
            title=str(version),
            day=version.issued_on,
            blocks=tuple(_blocks(life, found, user)),
            language=language,
        )


def _blocks(life: VersionStatus, found: Sequence[VersionStatus], user: Person) -> list[Block]:
    version = life.version
    signed = proof.signatures_of(version, user)
    told = proof.told(life.story, user)
    sections = (
        (_("Thông tin kiểm soát"), _facts(life)),
        (_("Các lần trình"), _rounds(signed, user)),
        (_("Soạn thảo, xem xét, phê duyệt"), _signers(version, signed)),
        (_("Mã băm"), _digests(version, signed)),
        (_("Các phiên bản trước"), _earlier(version, found)),
        (_("Việc đã làm với phiên bản này"), _later([told[act.pk] for act in life.story])),
    )
    shown = [(title, blocks) for title, blocks in sections if blocks]
    blocks: list[Block] = []
    for number, (title, part) in enumerate(shown, 1):
        blocks += [Heading(f"{number}. {title}"), *part]
    made = _("Trang này lập từ dữ liệu của hệ thống ngày %(day)s.") % {"day": written(today())}
    return [*blocks, Paragraph(made, italic=True)]


def _facts(life: VersionStatus) -> list[Block]:
    version = life.version
    said = [
        (_("Mã hiệu"), version.code),
        (_("Phiên bản"), str(version.ordinal)),
        (_("Lần ban hành"), _number(version.issue_number)),
        (_("Lần sửa đổi"), _number(version.revision_number)),
        (_("Cơ quan ban hành"), version.agency_name),
        (_("Đơn vị chủ trì"), version.unit_name),
        (_("Ngày ban hành"), written(version.issued_on)),
        (_("Ngày hiệu lực"), written(version.effective_on)),
        (_("Căn cứ"), life.came_by),
        (_("Tình trạng ngày %(day)s") % {"day": written(today())}, _state(life)),
    ]
    return [Paragraph(value, lead=f"{label}:") for label, value in said if value]


def _number(number: int | None) -> str:
    return "" if number is None else f"{number:02}"


def _state(life: VersionStatus) -> str:
    ended = ""
    if life.ended_on:
        ended = _("đến trước %(last)s") % {"last": written(life.ended_on)}
    elif life.ends_on:
        ended = _("hết hiệu lực từ %(day)s") % {"day": written(life.ends_on)}
    return ", ".join(filter(None, (str(STATE_LABELS[life.state]), ended)))


def _rounds(signed: dict[str, Any] | None, user: Person) -> list[Block]:
    """The round that was signed; earlier ones for who may open them."""
    if signed is None:
        return []
    last = signed["approval"]
    seen = approval_rules.approvals_of(user).filter(queries.rounds_of(last))
    rounds = [*seen.exclude(pk=last.pk).order_by("round", "pk"), last]
    columns = (
        Column(_("Lần trình"), 1, centred=True),
        Column(_("Người trình"), 3),
        Column(_("Ngày trình"), 1.6, centred=True),
        Column(_("Kết quả"), 3),
    )
    rows = (
        (str(one.round), one.sent_by_name, _day(one.sent_at), str(one.get_state_display()))
        for one in rounds
    )
    return [Table(columns, tuple(rows))]


def _day(moment: Any) -> str:
    return written(timezone.localtime(moment).date())


def _signers(version: Version, signed: dict[str, Any] | None) -> list[Block]:
    if signed is None:
        return _named(version)
    columns = (
        Column(_("Việc"), 1.5),
        Column(_("Họ và tên, chức vụ"), 4),
        Column(_("Ký lúc"), 1.8, centred=True),
        Column(_("Xác nhận bằng"), 1.7),
    )
    drafted = [
        (
            str(SignerRole.DRAFTED.label),
            _lines(one["name"], one.get("post", "")),
            NOTHING,
            NOTHING,
        )
        for one in version.signers
        if one.get("role") == SignerRole.DRAFTED
    ]
    return [Table(columns, (*drafted, *map(_signature, signed["signatures"])))]


def _signature(one: Signature) -> tuple[str, ...]:
    at = timezone.localtime(one.at)
    instead = ""
    if one.instead_name:
        instead = _("ký thay %(name)s") % {"name": one.instead_name}
    return (
        str(SignerRole(one.meaning).label),
        _lines(one.name, capacity.line_of(one), ", ".join(filter(None, (instead, one.paper)))),
        f"{at:%H:%M}\n{written(at.date())}",
        str(one.get_way_display()),
    )


def _lines(*parts: str) -> str:
    return "\n".join(filter(None, parts))


def _named(version: Version) -> list[Block]:
    """The signers of a version that has no signatures here."""
    if version.origin == Version.Origin.RECORDED:
        why = _("Phiên bản này ghi nhận từ bản giấy nên không có chữ ký trên hệ thống.")
    else:
        why = _("Phiên bản này không qua lần trình nên không có chữ ký trên hệ thống.")
    if not version.signers:
        return [Paragraph(why)]
    lead = _("Người ký ghi trong tài liệu:")
    names = tuple(signer_line(one) for one in version.signers)
    return [Paragraph(why), Paragraph("", lead=lead), Items(names)]


def _digests(version: Version, signed: dict[str, Any] | None) -> list[Block]:
    said = [(_("Mã băm của phiên bản đã ban hành"), in_fours(version.digest))]
    if signed is not None:
        said = [
            (_("Mã băm của nội dung được ký"), signed["digest"]),
            (_("Mã băm của lần trình"), signed["manifest"]),
            *said,
        ]
    return [Paragraph(value, lead=f"{label}:") for label, value in said if value]


def _earlier(version: Version, found: Sequence[VersionStatus]) -> list[Block]:
    earlier = [one for one in found if one.version.ordinal < version.ordinal]
    if not earlier:
        return []
    columns = (
        Column(_("Phiên bản"), 1.1, centred=True),
        Column(_("Lần ban hành, sửa đổi"), 1.5, centred=True),
        Column(_("Ngày ban hành"), 1.5, centred=True),
        Column(_("Ngày hiệu lực"), 1.5, centred=True),
        Column(_("Căn cứ"), 3.4),
    )
    return [Table(columns, tuple(_row(one) for one in earlier))]


def _row(one: VersionStatus) -> tuple[str, ...]:
    version = one.version
    numbers = (_number(version.issue_number), _number(version.revision_number))
    return (
        str(version.ordinal),
        "/".join(filter(None, numbers)) or NOTHING,
        written(version.issued_on),
        written(version.effective_on),
        one.came_by or NOTHING,
    )


def _later(acts: Sequence[proof.Told]) -> list[Block]:
    """What was done with the version after its issue, with who signed for it."""
    return [
        block
        for told in acts
        for block in (
            Paragraph(_act(told.act)),
            *([Items(tuple(map(_on_one_line, told.signatures)))] if told.signatures else ()),
        )
    ]


def _act(act: VersionAct) -> str:
    if act.kind == VersionAct.Kind.NARROWED:
        return _("Thu hẹp phạm vi xem từ %(day)s: %(visibility)s") % {
            "day": written(act.on_day),
            "visibility": act.get_visibility_display(),
        }
    return _("%(what)s từ %(day)s. Lý do: %(reason)s") % {
        "what": act.get_kind_display(),
        "day": written(act.on_day),
        "reason": act.reason,
    }


def _on_one_line(one: Signature) -> str:
    what, who, at, _way = _signature(one)
    return f"{what}: {who.replace(chr(10), ', ')}, {at.replace(chr(10), ' ')}"
