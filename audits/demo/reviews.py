"""The management reviews of the demonstration: last year's, signed, and this year's,
being prepared."""

import datetime
from typing import TYPE_CHECKING

from audits import lifecycle
from audits.review import collecting, kind
from audits.review.agenda import Topic

if TYPE_CHECKING:
    from audits.demo.build import Audits


def last_year(city: "Audits") -> None:
    """Held in December and signed; one of its decisions is done, the other is not."""
    said = city.texts["review"]
    held_on = datetime.date(city.day.year - 1, 12, 15)
    with city.on(held_on):
        review = lifecycle.create_review(
            city.agency, held_on=held_on, since=held_on.replace(month=1, day=1), place=said["place"],
            chair=city.head, by=city.officer,
        )  # fmt: skip
        collecting.all_now(review)
        for topic in Topic:
            lifecycle.write_input(review, topic, said=said["inputs"][topic], by=city.officer)
        lifecycle.change_review(
            review, people=[city.head, city.officer, city.lead, *(city.doer(c) for c in ("VP", "QLKH"))],
            guests=said["guests"], minutes=said["minutes"], conclusion=said["conclusion"], by=city.officer,
        )  # fmt: skip
        done = lifecycle.add_decision(
            review, kind="system", what=said["system"], person=city.doer("QLKH"),
            due=held_on + datetime.timedelta(days=60), by=city.officer,
        )  # fmt: skip
        lifecycle.add_decision(
            review, kind="resources", what=said["resources"], person=city.doer("VP"),
            due=city.day + datetime.timedelta(days=12), by=city.officer,
        )  # fmt: skip
        city.sign(kind.send(review, by=city.officer), city.head)
    with city.on(held_on + datetime.timedelta(days=50)):
        done.refresh_from_db()
        lifecycle.finish_decision(done, note=said["done"], by=done.person)


def this_year(city: "Audits") -> None:
    """Called for the coming weeks: its figures are collected, the officer is writing."""
    said = city.texts["review"]
    held_on = city.day + datetime.timedelta(days=16)
    review = lifecycle.create_review(
        city.agency, held_on=held_on, since=datetime.date(city.day.year - 1, 12, 16), place=said["place"],
        chair=city.head, by=city.officer,
    )  # fmt: skip
    collecting.all_now(review)
    lifecycle.write_input(review, Topic.RESOURCES, said=said["short"], by=city.officer)
