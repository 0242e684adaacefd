"""Kinds of notices of a made-up app, registered for these tests alone."""

import pytest

from qms import notices
from qms.models import User, Way
from qms.notices import kinds, telling


@pytest.fixture
def sky():
    """A group with two kinds: `rain` can be switched off, `storm` can't; an audience: everybody whose name begins so."""
    notices.group("sky", "Thời tiết", way=Way.DAILY)
    notices.kind("rain", "Mưa ở %(place)s từ %(day)s", "sky")
    notices.kind("storm", "Bão số %(number)s", "sky", optional=False)
    notices.audience(
        "named", lambda about: User.objects.filter(username__startswith=about["begins"])
    )
    yield
    kinds.forget("rain")
    kinds.forget("storm")
    kinds._GROUPS.pop("sky")
    telling._AUDIENCES.pop("named")


@pytest.fixture
def rain(sky, agency):
    """rain(people, key="1", …) tells them of rain."""

    def tell(people, key="rain:1", kind="rain", url="/mua/", facts=None, **more):
        facts = facts or {"place": "Huế", "day": "hôm nay"}
        notices.tell(people, kind, key=key, url=url, facts=facts, agency=agency, **more)

    return tell
