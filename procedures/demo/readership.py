"""Reading and reviews of one agency of the demonstration city: each act on its day, by the person
whose step it is."""

import datetime
from typing import TYPE_CHECKING, Any

from procedures.demo import parse
from procedures.models import Version
from procedures.readership.reading import lifecycle as reading
from procedures.readership.reviews import lifecycle as reviews
from qms.clock import on_day

if TYPE_CHECKING:
    from procedures.demo.load import City

AGENCY = "SKHCN"
OFFICER = "hanh"


def build(city: "City") -> None:
    """For `procedures.demo.further`. What lies after the day of loading is left out."""
    table = parse.read_table("readership.toml")
    for facts in table["rules"]:
        _read(city, facts)
    for facts in table["reviews"]:
        _review(city, facts)


def _day(city: "City", facts: dict[str, Any]) -> datetime.date:
    day: datetime.date = city.ago(facts["ago"]) if "ago" in facts else facts["on"]
    return day


def _read(city: "City", facts: dict[str, Any]) -> None:
    officer, day = city.people[OFFICER], _day(city, facts)
    if day > city.day:
        return
    with on_day(day):
        rule = reading.save_rule(
            city.agencies[AGENCY],
            what=_what(city, facts),
            audience=_audience(city, facts),
            days=facts["days"],
            each_version=facts["each_version"],
            by=officer,
        )
    for told in facts["read"]:
        if _day(city, told) <= city.day:
            with on_day(_day(city, told)):
                for key in told["who"]:
                    for version in _to_read(city, facts):
                        reading.confirm(version, by=city.people[key])
    if "ends" in facts and facts["ends"] <= city.day:
        with on_day(facts["ends"]):
            reading.end_rule(rule, by=officer)


def _what(city: "City", facts: dict[str, Any]) -> dict[str, Any]:
    if "document" in facts:
        return {"document": city.pages[AGENCY, facts["document"]].pk}
    return {name: facts[name] for name in ("kind", "codes") if name in facts}


def _audience(city: "City", facts: dict[str, Any]) -> dict[str, Any]:
    if "units" in facts:
        return {"units": [city.units[AGENCY, code].pk for code in facts["units"]]}
    return {name: facts[name] for name in ("everyone", "roles") if name in facts}


def _to_read(city: "City", facts: dict[str, Any]) -> list[Version]:
    """The versions in force on the day that the rule asks to be read."""
    versions = Version.objects.filter(agency=city.agencies[AGENCY]).in_force()
    codes = facts.get("codes") or [facts["document"]] if "kind" not in facts else None
    found = versions.filter(code__in=codes) if codes else versions.filter(kind=facts["kind"])
    return list(found.order_by("code").select_related("agency"))


def _review(city: "City", facts: dict[str, Any]) -> None:
    if facts["on"] > city.day:
        return
    with on_day(facts["on"]):
        versions = Version.objects.filter(document=city.pages[AGENCY, facts["code"]])
        reviews.review(
            versions.in_force().select_related("agency").get(),
            verdict=facts["verdict"],
            reason=facts["reason"],
            next_on=facts["next"],
            by=city.people[facts["by"]],
        )
