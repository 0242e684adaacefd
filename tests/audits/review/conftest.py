"""A management review at each of its stages."""

import pytest

from audits import lifecycle
from audits.review import collecting, kind
from audits.review.agenda import Topic
from qms.clock import today
from tests.audits.conftest import days, sign
from tests.kept import kept

MINUTES = {"minutes": "Các phòng báo cáo.", "conclusion": "Hệ thống còn phù hợp."}

OTHERS = ("lead", "auditor", "clerk", "reader", "stranger", "overseer")


@pytest.fixture
@kept
def review(cast):
    return lifecycle.create_review(
        cast.agency, held_on=today(), since=today() - days(365), chair=cast.head, by=cast.officer
    )


@pytest.fixture
@kept
def collected(review):
    collecting.all_now(review)
    return review


def write(cast, review):
    """Everything that a record needs before it is sent."""
    for topic in Topic:
        lifecycle.write_input(review, topic, said=f"Về {topic.label}", by=cast.officer)
    return lifecycle.change_review(
        review, people=[cast.head, cast.officer], guests="Hồ Khách, Sở Khoa học", by=cast.officer,
        **MINUTES,
    )  # fmt: skip


@pytest.fixture
@kept
def written(cast, collected):
    review = write(cast, collected)
    lifecycle.add_decision(
        review, kind="improvement", what="Sửa quy trình cấp phiếu", person=cast.clerk,
        due=today() + days(40), by=cast.officer,
    )  # fmt: skip
    lifecycle.add_decision(
        review, kind="resources", what="Mua máy quét", person=cast.colleague,
        due=today() + days(10), by=cast.officer,
    )  # fmt: skip
    return review


@pytest.fixture
@kept
def signed(cast, written):
    sign(kind.send(written, by=cast.officer), cast.head)
    written.refresh_from_db()
    return written
