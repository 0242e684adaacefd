"""Documents that best bets may or may not lead to, and what people find with them."""

import pytest

from qms import access
from qms.clock import today
from search import api
from search.queue import pending
from tests.kept import kept


@pytest.fixture
@kept
def world(agency, other_agency, officer, make_document):
    """Documents of two agencies with different readers, in the index: {name: page}."""
    found = {
        "public": make_document(
            agency,
            code="QT-01",
            title="Đăng ký khai sinh",
            issued="2026-01-05",
            visibility="public",
        ),
        "city": make_document(
            other_agency,
            code="QT-02",
            title="Đăng ký lịch họp",
            issued="2026-01-05",
            visibility="city",
        ),
        "inside": make_document(
            agency,
            code="QT-03",
            title="Đăng ký nghỉ phép",
            issued="2026-01-05",
            visibility="agency",
        ),
        "foreign": make_document(
            other_agency,
            code="QT-04",
            title="Đăng ký zzsecretinside",
            issued="2026-01-05",
            visibility="agency",
        ),
        "draft": make_document(agency, officer, code="QT-05", title="Đăng ký zzsecretdraft"),
        "foreign draft": make_document(
            other_agency, code="QT-06", title="Đăng ký zzsecretforeigndraft"
        ),
    }
    pending.flush()
    return found


def origin(page, kind="document"):
    return f"{kind}:{page.pk}"


def titles(text, person=None, agency=None):
    tokens = access.tokens_for(person) if person else frozenset({"public"})
    return [
        hit.title
        for hit in api.find(
            text, tokens=tokens, day=today(), agency=agency.pk if agency else None
        ).hits
    ]
