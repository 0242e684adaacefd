"""Steps of reading rules, and confirming: each one transaction in the same order: lock, permission,
timing, change, event."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_variables

from procedures.models import Confirmation, DocumentPage, Kind, ReadingRule, Version
from procedures.readership.reading import rules
from procedures.readership.reading.audience import Member, Staff
from procedures.readership.reading.duties import Duties, rules_for
from qms.approvals import alarms, signing
from qms.approvals.lifecycle.signatures import NotProved
from qms.clock import now, today
from qms.errors import Refused
from qms.models import Agency, Role, Unit, User, current
from qms.proof import journal
from qms.text.codes import code_key

MOST_CODES = 200
MOST_PEOPLE = 500
Facts = dict[str, Any]


@transaction.atomic
def save_rule(
    agency: Agency,
    *,
    what: Mapping[str, Any],
    audience: Mapping[str, Any],
    days: int,
    each_version: bool,
    signed: bool = False,
    by: User | None,
    rule: ReadingRule | None = None,
) -> ReadingRule:
    """Creates or changes a reading rule of the agency. If the documents or the people change, time
    limits start again today.

    `what`: {"document": ID}, {"kind": kind} or {"codes": [code]}. `audience`: {"everyone": True},
    {"units": [ID]}, {"roles": [role]} or {"people": [ID]}. `signed`: people prove their identity
    when they confirm. Raises Refused for the wrong role, a rule that has ended or duplicates
    another, documents that are not in force, and an empty audience."""
    agency = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    _check_role(agency, by)
    if rule is not None:
        rule = ReadingRule.objects.select_for_update(no_key=True).get(pk=rule.pk, agency=agency)
        _check_applies(rule)
    facts: Facts = {
        "what": _documents(agency, what), "audience": _people(agency, audience), "days": days,
        "each_version": each_version, "signed": signed,
    }  # fmt: skip
    _check_single(agency, rule, facts)
    saved = rule or ReadingRule(agency=agency)
    if (saved.what, saved.audience) != (facts["what"], facts["audience"]):
        saved.from_day = today()
    for name, value in facts.items():
        setattr(saved, name, value)
    _clean(saved)
    if not journal.differs(saved):
        return saved
    saved.save()
    event = "reading_rule_changed" if rule else "reading_rule_made"
    journal.append(event, f"reading_rule:{saved.pk}", agency=agency, by=by, **facts)
    return saved


@transaction.atomic
def end_rule(rule: ReadingRule, *, by: User | None) -> ReadingRule:
    """Ends the rule today; confirmations are kept."""
    rule = (
        ReadingRule.objects.select_for_update(of=("self",), no_key=True)
        .select_related("agency")
        .get(pk=rule.pk)
    )
    _check_role(rule.agency, by)
    _check_applies(rule)
    rule.ended_on = max(today(), rule.from_day)
    rule.save(update_fields=["ended_on"])
    journal.append("reading_rule_ended", f"reading_rule:{rule.pk}", agency=rule.agency, by=by)
    return rule


@sensitive_variables("secret")
def confirm(version: Version, *, by: User, secret: str = "", way: str = "") -> Confirmation:
    """Records that the person has read and understood the version; only the first confirmation
    counts.

    If a rule requires a signature, the person proves their identity as for any signature. Raises
    NotProved for a wrong secret, after recording the failure; Refused if no rule requires it of
    them, or another version has come into force."""
    with journal.acts():
        person = User.objects.select_for_update(no_key=True).get(pk=by.pk)
        DocumentPage.objects.select_for_update(no_key=True).get(pk=version.document_id)
        known = Confirmation.objects.filter(version=version, person=by).first()
        if known is not None:
            return known
        asked, member = _asked(version, by)
        outcome = signing.Outcome()
        if asked.signed:
            outcome = signing.prove(person, secret, way)
        if outcome.failed:
            alarms.failed(
                person,
                title=str(version),
                url=version.get_absolute_url(),
                agency=version.agency,
                locks=outcome.locks,
            )
        if not outcome.why:
            confirmation = _write(version, asked, member, by, outcome.way)
            journal.append(
                "read_confirmed", f"version:{version.pk}", agency=version.agency, by=by,
                **({"way": outcome.way} if outcome.way else {}),
            )  # fmt: skip
            return confirmation
    raise NotProved(outcome.why)


def _asked(version: Version, by: User) -> tuple[ReadingRule, Member]:
    """The rule that requires the person's confirmation; rules that require a signature take
    precedence."""
    duties = Duties(version.agency, person=by.pk)
    reading = next((one for one in duties.readings if one.version == version.pk), None)
    if reading is None:
        raise Refused(_why_not(version))
    found = rules_for(duties, reading, by.pk)
    if not found or duties.staff is None:
        raise Refused(_("Không có quy tắc nào yêu cầu bạn xác nhận đã đọc tài liệu này."))
    asked = next((rule for rule in found if rule.signed), found[0])
    return asked, duties.staff.members[by.pk]


def _write(version: Version, rule: ReadingRule, member: Member, by: User, way: str) -> Confirmation:
    return Confirmation.objects.create(
        version=version,
        person=by,
        person_name=str(by)[:200],
        post=member.post,
        unit_id=member.unit,
        unit_name=member.unit_name,
        rule=rule,
        sentence=sentence(version),
        way=way,
        on_day=today(),
        at=now(),
    )


def sentence(version: Version) -> str:
    """The text that is confirmed, in the language of the documents."""
    with override("vi"):
        return _("Tôi đã đọc và hiểu %(document)s, phiên bản %(number)s.") % {
            "document": str(version),
            "number": version.ordinal,
        }


def _why_not(version: Version) -> str:
    newer = (
        Version.objects.filter(document=version.document_id)
        .in_force()
        .exclude(pk=version.pk)
        .only("ordinal")
        .first()
    )
    if newer is not None:
        return _(
            "Phiên bản %(number)s đã thay phiên bản này. Hãy mở và xác nhận phiên bản đang có hiệu lực."
        ) % {"number": newer.ordinal}
    return _("Không có quy tắc nào yêu cầu bạn xác nhận đã đọc tài liệu này.")


# -- checks


def _check_role(agency: Agency, by: User | None) -> None:
    if by is not None and not rules.may_set_rules(by, agency):
        raise Refused(_("Chỉ thư ký ISO của %(agency)s đặt được quy tắc đọc.") % {"agency": agency})


def _check_applies(rule: ReadingRule) -> None:
    if rule.ended_on is not None:
        raise Refused(_("Quy tắc này đã ngừng áp dụng. Hãy lập quy tắc mới."))


def _check_single(agency: Agency, rule: ReadingRule | None, facts: Facts) -> None:
    """Two rules about the same documents for the same people would contradict each other."""
    others = ReadingRule.objects.filter(agency=agency, ended_on=None)
    others = others.exclude(pk=rule.pk) if rule else others
    same = (facts["what"], facts["audience"])
    if any((one.what, one.audience) == same for one in others):
        raise Refused(
            _("Đã có quy tắc cho đúng những tài liệu và những người này. Hãy sửa quy tắc đó.")
        )


def _clean(rule: ReadingRule) -> None:
    try:
        rule.full_clean()
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from None


def _documents(agency: Agency, what: Mapping[str, Any]) -> Facts:
    """The documents as stored in the rule; refused if one of them is not in force."""
    if what.get("document"):
        return _document(agency, what["document"])
    if what.get("kind") in Kind.values:
        return {"kind": str(what["kind"])}
    codes = list(
        dict.fromkeys(" ".join(code.split()) for code in what.get("codes", ()) if code.strip())
    )
    if not codes:
        raise Refused(_("Hãy chọn một tài liệu, một loại tài liệu, hoặc ghi ít nhất một mã hiệu."))
    if len(codes) > MOST_CODES:
        raise Refused(_("Mỗi quy tắc ghi được nhiều nhất %(most)s mã hiệu.") % {"most": MOST_CODES})
    keys = {code_key(code): code for code in codes}
    issued = Version.objects.filter(agency=agency, code_key__in=keys).in_force().order_by()
    missing = keys.keys() - set(issued.values_list("code_key", flat=True))
    if missing:
        raise Refused(
            _(
                "Không có tài liệu nào đang có hiệu lực mang mã hiệu %(codes)s. Hãy kiểm tra mã hiệu, hoặc bỏ khỏi quy tắc."
            )
            % {"codes": ", ".join(code for key, code in keys.items() if key in missing)}
        )
    return {"codes": codes}


def _document(agency: Agency, pk: int) -> Facts:
    versions = Version.objects.filter(document=pk, agency=agency)
    if versions.in_force().exists() or versions.waiting().exists():
        return {"document": int(pk)}
    if versions.withdrawn().exists():
        raise Refused(
            _(
                "Tài liệu này đã bị thu hồi nên không ai phải đọc nữa. Hãy chọn tài liệu đang có hiệu lực."
            )
        )
    raise Refused(_("Tài liệu này chưa được ban hành nên chưa ai đọc được. Hãy ban hành trước."))


def _people(agency: Agency, audience: Mapping[str, Any]) -> Facts:
    """The audience as stored in the rule; refused if it is empty today."""
    kept = _audience(agency, audience)
    if not Staff(agency, today()).starts(kept):
        raise Refused(
            _(
                "Hôm nay không có ai thuộc diện phải đọc theo quy tắc này. Hãy chọn đơn vị, vai trò hoặc người khác."
            )
        )
    return kept


def _audience(agency: Agency, audience: Mapping[str, Any]) -> Facts:
    if audience.get("everyone"):
        return {"everyone": True}
    if audience.get("units"):
        return {"units": _units(agency, audience["units"])}
    if audience.get("roles"):
        return {"roles": sorted(role for role in set(audience["roles"]) if role in Role.values)}
    people = sorted({int(pk) for pk in audience.get("people", ())})
    if not people:
        raise Refused(
            _("Quy tắc chưa dành cho ai. Hãy chọn mọi người, đơn vị, vai trò hoặc từng người.")
        )
    if len(people) > MOST_PEOPLE:
        raise Refused(_("Mỗi quy tắc chọn được nhiều nhất %(most)s người.") % {"most": MOST_PEOPLE})
    return {"people": people}


def _units(agency: Agency, chosen: Any) -> list[int]:
    units = list(Unit.objects.filter(agency=agency, pk__in=list(chosen)).order_by("pk"))
    open_ = set(
        Unit.objects.filter(
            current(None, "active_from", "active_to"), pk__in=[u.pk for u in units]
        ).values_list("pk", flat=True)
    )
    for unit in units:
        if unit.pk not in open_:
            raise Refused(
                _("Đơn vị %(unit)s không còn hoạt động. Hãy chọn đơn vị đang hoạt động.")
                % {"unit": unit.name}
            )
    if not units:
        raise Refused(_("Hãy chọn ít nhất một đơn vị của cơ quan."))
    return [unit.pk for unit in units]
