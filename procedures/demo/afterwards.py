"""Later acts on versions of the demonstration city, its agencies' taking-in of papers, requested and
signed on their dates, and the templates of the city."""

import datetime
from typing import TYPE_CHECKING, Any

from procedures import lifecycle as documents
from procedures.approval import closing, withdrawing
from procedures.demo import parse
from procedures.demo.approvals import person_of, sign
from procedures.lifecycle import city_templates, taking_in
from procedures.models import Version
from qms.clock import on_day
from qms.models import Approval

if TYPE_CHECKING:
    from procedures.demo.load import City


def build(city: "City") -> None:
    """For `procedures.demo.further`: runs after everything that is recorded from paper."""
    table = parse.read_table("afterwards.toml")
    for facts in table["closed"]:
        _close(city, facts)
    for facts in table["reopened"]:
        _reopen(city, facts)
    for facts in table["asked"]:
        _ask(city, facts)
    for facts in table["narrowed"]:
        _narrow(city, facts)
    for facts in table["template"]:
        _offer(city, facts)


def _close(city: "City", facts: dict[str, Any]) -> None:
    with on_day(city.ago(facts["asked"])):
        approval = closing.request(
            city.agencies[facts["agency"]], by=person_of(city, facts["by"]), note=facts["note"]
        )
    _signed(city, facts, approval)


def _reopen(city: "City", facts: dict[str, Any]) -> None:
    with on_day(city.ago(facts["ago"])):
        taking_in.reopen(
            city.agencies[facts["agency"]],
            until=city.day + datetime.timedelta(days=facts["still"]),
            reason=facts["reason"],
            by=person_of(city, facts["by"]),
        )


def _ask(city: "City", facts: dict[str, Any]) -> None:
    """A request about a version, with the signatures given so far."""
    with on_day(city.ago(facts["asked"])):
        approval = withdrawing.request(
            _version(city, facts),
            facts["act"],
            reason=facts["reason"],
            by=person_of(city, facts["by"]),
        )
    _signed(city, facts, approval)


def _signed(city: "City", facts: dict[str, Any], approval: Approval) -> None:
    for one in facts.get("signed", ()):
        with on_day(city.ago(one["ago"])):
            sign(city, approval, city.people[one["by"]])


def _narrow(city: "City", facts: dict[str, Any]) -> None:
    with on_day(city.ago(facts["ago"])):
        documents.narrow(
            _version(city, facts),
            facts["visibility"],
            reason=facts["reason"],
            by=person_of(city, facts["by"]),
        )


def _offer(city: "City", facts: dict[str, Any]) -> None:
    page = city.pages[facts["agency"], facts["code"]]
    with on_day(city.ago(facts["ago"])):
        city_templates.keep(page.pk, facts["note"], by=person_of(city, facts["by"]))


def _version(city: "City", facts: dict[str, Any]) -> Version:
    """The newest version of the document."""
    page = city.pages[facts["agency"], facts["code"]]
    return Version.objects.filter(document=page.pk).select_related("agency").latest("ordinal")
