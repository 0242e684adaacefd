"""The tabs of the search page: one for each group of results."""

import pytest

from qms.models import Unit
from search import registry
from search.queue import pending
from tests.search.conftest import entry
from tests.search.reading import SearchPage


def test_results_of_each_group_stand_behind_a_tab(client, shelf, officer, agency, make_document):
    make_document(agency, officer, title="Kế hoạch dự thảo", code="QT-77")
    pending.mark("unit", Unit.objects.create(agency=agency, name="Phòng Kế hoạch").pk)
    pending.flush()
    client.force_login(officer)
    page = SearchPage(client, "q=ke+hoach")
    assert [(label, tab.count, tab.on) for label, tab in page.tabs.items()] == [
        ("Tất cả", 6, True), ("Tài liệu", 4, False), ("Bản thảo", 1, False), ("Cơ quan, đơn vị", 1, False),
    ]  # fmt: skip
    drafts = page.follow(client, page.tabs["Bản thảo"].link)
    assert (drafts.titles, drafts.tabs["Tất cả"].count, drafts.tabs["Bản thảo"].on) == (
        ["Kế hoạch dự thảo"],
        6,
        True,
    )
    assert page.follow(client, page.tabs["Cơ quan, đơn vị"].link).titles == ["Phòng Kế hoạch"]
    client.logout()
    assert SearchPage(client, "q=ke+hoach").tabs == {}  # one group leaves no choice
    assert SearchPage(client, "q=ke+hoach&group=draft").tabs["Bản thảo"].count == 0


@pytest.fixture
def audits():
    """A group and a kind that a later app registers."""
    registry.register_group("audit", "Cuộc đánh giá", order=25)
    registry.register_labels("kind", lambda values: {"audit": "Đánh giá nội bộ"})
    yield
    del registry._GROUPS["audit"]
    registry._LABELS["kind"].pop()


def test_a_group_of_a_later_app_has_its_tab_and_its_names(client, things, product, audits):
    things[1] = entry("thing:1", "Kế hoạch một")
    things[2] = entry("thing:2", "Kế hoạch hai", group="audit", kind="audit")
    pending.rebuild()
    page = SearchPage(client, "q=ke+hoach")
    assert list(page.tabs) == ["Tất cả", "Tài liệu", "Cuộc đánh giá"]
    assert page.texts('//h3[@class="group"]') == ["Tài liệu", "Cuộc đánh giá"]
    assert "Đánh giá nội bộ" in page.facet("kind")
    assert page.follow(client, page.tabs["Cuộc đánh giá"].link).titles == ["Kế hoạch hai"]


def test_a_group_that_nobody_named_is_shown_all_the_same(client, things, product):
    things[1] = entry("thing:1", "Kế hoạch một")
    things[2] = entry("thing:2", "Kế hoạch hai", group="zzz", kind="zzz")
    pending.rebuild()
    page = SearchPage(client, "q=ke+hoach")
    assert list(page.tabs) == ["Tất cả", "Tài liệu", "Kết quả khác"]
    assert page.follow(client, page.tabs["Kết quả khác"].link).titles == ["Kế hoạch hai"]
