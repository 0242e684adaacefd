"""The filters of the search page and their counts: on either engine, within what the user
may see."""

import datetime
from urllib.parse import quote

from procedures.models import Clause
from qms.clock import today
from search.page import narrowing
from search.queue import pending
from tests.issuing import issue as issue_now
from tests.search.reading import SearchPage

DAY = datetime.timedelta(days=1)


def shown(page, name):
    return {label: choice.count for label, choice in page.facet(name).items()}


# --- filters


def test_each_filter_names_its_values_in_words_with_their_counts(
    client, shelf, agency, other_agency
):
    page = SearchPage(client, "q=ke+hoach")
    assert shown(page, "kind") == {"Quy trình": 2, "Hướng dẫn công việc": 1, "Quy định, quy chế": 1}
    assert shown(page, "agency") == {"Sở Tư pháp": 3, "Sở Nội vụ": 1}
    clause = {c.number: str(c) for c in Clause.objects.all()}
    assert shown(page, "clause") == {clause["8.5"]: 2, clause["8.6"]: 1, clause["7.5"]: 1}
    assert shown(page, "legal") == {"60/2014/QH13": 2, "123/2015/NĐ-CP": 1}
    assert list(shown(page, "year").items()) == [("2026", 2), ("2025", 1), ("2024", 1)]
    assert "unit" not in page.facets  # of which agency?
    assert "field" not in page.facets  # one value leaves no choice


def test_filters_compose_and_count_under_each_other(client, shelf, agency):
    page = SearchPage(client, "q=ke+hoach&year=2026")
    assert (sorted(page.titles), shown(page, "kind")) == (
        ["Kế hoạch khai sinh", "Kế hoạch văn thư"],
        {"Quy trình": 1, "Hướng dẫn công việc": 1},
    )
    # Its own choice hides no other year
    assert shown(page, "year") == {
        "2026": 2,
        "2025": 1,
        "2024": 1,
    }
    both = page.follow(client, page.facet("kind")["Quy trình"].link)
    assert both.titles == ["Kế hoạch khai sinh"]
    assert shown(both, "year") == {"2026": 1, "2025": 1}
    wider = both.follow(client, both.facet("year")["2025"].link)
    assert sorted(wider.titles) == ["Kế hoạch khai sinh", "Kế hoạch kết hôn"]


def test_every_count_is_what_a_click_finds(client, shelf):
    """However the words are matched: also if there are too few results with all of them."""
    for words in (
        "ke hoach",
        "kế hoạch khai sinh",
        "kế hoạch khai sinh kết hôn",
        "kế hoạch kết hôn và họp mật ở văn thư",
    ):
        page = SearchPage(client, f"q={quote(words)}")
        for name in page.facets:
            for label, choice in page.facet(name).items():
                if choice.count is not None:
                    assert page.follow(client, choice.link).total == choice.count, (
                        words,
                        name,
                        label,
                    )


def test_what_no_longer_holds_and_what_is_to_come_are_counted_once_asked_for(
    client, product, agency, make_document
):
    for number, day in ((1, "2020-01-01"), (2, "2021-01-01"), (3, "2022-01-01")):
        make_document(
            agency,
            code=f"QT-{number:02}",
            title=f"Kế hoạch {number}",
            visibility="public",
            issued=day,
        )
    page = make_document(
        agency, code="QT-09", title="Kế hoạch chín", visibility="public", issued="2020-02-02"
    )
    page.save_revision()
    issue_now(page, issued_on=datetime.date(2024, 1, 1), by=None)
    page.save_revision()
    issue_now(page, issued_on=today(), effective_on=today() + 40 * DAY, by=None)
    pending.flush()
    now = SearchPage(client, "q=ke+hoach")
    assert (now.total, "standing" in now.facets) == (4, False)
    ever = SearchPage(client, "q=ke+hoach&cu=1")
    assert (ever.total, shown(ever, "standing")) == (
        6,
        {"Có hiệu lực": 4, "Hết hiệu lực": 1, "Chờ hiệu lực": 1},
    )
    ended = ever.follow(client, ever.facet("standing")["Hết hiệu lực"].link)
    assert (ended.titles, shown(ended, "standing")) == (["Kế hoạch chín"], shown(ever, "standing"))
    both = ended.follow(client, ended.facet("standing")["Chờ hiệu lực"].link)
    assert (both.titles, both.facet("standing")["Chờ hiệu lực"].on) == (
        ["Kế hoạch chín", "Kế hoạch chín"],
        True,
    )
    back = both.follow(client, both.chips["Hiệu lực: kể cả phiên bản cũ"].link)
    assert (back.total, back.chips) == (4, {})
    # Says nothing about what holds today
    assert SearchPage(client, "q=ke+hoach&standing=ended").total == 4
    assert SearchPage(client, "q=ke+hoach&cu=1&standing=x").total == 0


def test_a_draft_neither_holds_nor_ended(client, product, agency, make_document, officer):
    make_document(agency, code="QT-01", title="Kế hoạch một")
    make_document(agency, code="QT-02", title="Kế hoạch hai", issued="2020-01-01")
    pending.flush()
    client.force_login(officer)
    page = SearchPage(client, "q=ke+hoach&cu=1&standing=holds")
    assert (page.titles, shown(page, "standing")) == (["Kế hoạch hai"], {"Có hiệu lực": 1})
    assert SearchPage(client, "q=ke+hoach&cu=1").total == 2


def test_units_are_offered_once_an_agency_is_chosen(client, shelf, agency):
    page = SearchPage(client, f"q=ke+hoach&agency={agency.pk}")
    assert shown(page, "unit") == {"Phòng Hộ tịch": 2, "Văn phòng": 1}
    inside = page.follow(client, page.facet("unit")["Văn phòng"].link)
    assert inside.titles == ["Kế hoạch văn thư"]
    without = inside.follow(client, inside.facet("agency")["Sở Tư pháp"].link)
    assert without.chips == {}


def test_each_choice_can_be_taken_off_alone_and_all_at_once(client, shelf, agency):
    page = SearchPage(
        client,
        f"q=ke+hoach&kind=procedure&kind=instruction&agency={agency.pk}&year=2026&cu=1&sort=date",
    )
    assert set(page.chips) == {
        "Loại: Quy trình", "Loại: Hướng dẫn công việc", "Cơ quan: Sở Tư pháp", "Năm ban hành: 2026", "Hiệu lực: kể cả phiên bản cũ",
    }  # fmt: skip
    assert (
        page.chips["Năm ban hành: 2026"].link
        == f"?q=ke+hoach&agency={agency.pk}&kind=instruction&kind=procedure&cu=1&sort=date"
    )
    assert page.facet("kind")["Quy trình"].on
    assert [a.get("href") for a in page.root.xpath('//a[@class="chosen-all"]')] == [
        "?q=ke+hoach&sort=date"
    ]


def test_a_choice_that_nothing_answers_stays_and_can_be_taken_off(client, shelf):
    page = SearchPage(client, "q=khai+sinh&kind=regulation&year=2026")
    assert page.titles == []
    assert "Không có kết quả nào với các bộ lọc này" in page.text
    assert page.facet("kind")["Quy định, quy chế"].count == 0
    assert page.follow(client, page.chips["Loại: Quy định, quy chế"].link).titles == [
        "Kế hoạch khai sinh"
    ]


def test_a_long_facet_keeps_its_rest_in_a_list(client, product, agency, make_document):
    for number in range(12):
        make_document(
            agency,
            code=f"QT-{number}",
            title=f"Kế hoạch {number}",
            legal_basis=[f"{n}/2020/NĐ-CP" for n in range(number, 12)],
            issued="2026-01-05",
            visibility="public",
        )
    pending.flush()
    page = SearchPage(client, "q=ke+hoach&kind=procedure")
    assert list(page.facet("legal")) == [f"{n}/2020/NĐ-CP" for n in range(11, 5, -1)]
    assert list(page.rest("legal").values()) == [f"{n}/2020/NĐ-CP ({n + 1})" for n in range(6)]
    form = page.root.xpath('//form[@class="rest-choices"]')[0]
    assert [(i.get("name"), i.get("value")) for i in form.xpath('.//input[@type="hidden"]')] == [
        ("q", "ke hoach"),
        ("kind", "procedure"),
    ]
    chosen = SearchPage(client, "q=ke+hoach&legal=3%2F2020%2FN%C4%90-CP")
    assert chosen.facet("legal")["3/2020/NĐ-CP"].on
    assert (chosen.total, len(chosen.rest("legal"))) == (4, 5)


def test_values_in_a_list_stand_as_people_count():
    names = ["10.2 Khắc phục", "8.5 Cung cấp", "9.1 Đo", "Đất đai", "Dân cư", "Chứng thực"]
    assert sorted(names, key=narrowing.by_name) == [
        "8.5 Cung cấp",
        "9.1 Đo",
        "10.2 Khắc phục",
        "Chứng thực",
        "Dân cư",
        "Đất đai",
    ]


def test_filters_without_words_list_the_newest_first(client, shelf, agency):
    page = SearchPage(client, f"agency={agency.pk}&kind=procedure")
    assert page.titles == ["Kế hoạch khai sinh", "Kế hoạch kết hôn"]
    assert "Phù hợp nhất" not in page.text


# --- what the user may see


def test_counts_and_names_tell_nothing_of_what_one_may_not_see(
    client, shelf, units, other_agency, stranger
):
    secret = units["Phòng Mật"]
    for query in (
        f"q=ke+hoach&agency={other_agency.pk}",
        f"q=ke+hoach&unit={secret.pk}",
        f"unit={secret.pk}",
        f"q=mat&unit={secret.pk}&cu=1",
    ):
        page = SearchPage(client, query)
        assert "Mật" not in page.text and "mật" not in page.text, query
    assert shown(SearchPage(client, f"q=ke+hoach&agency={other_agency.pk}"), "agency") == {
        "Sở Tư pháp": 3,
        "Sở Nội vụ": 1,
    }
    client.force_login(stranger)  # an officer of that agency
    page = SearchPage(client, f"q=ke+hoach&agency={other_agency.pk}&unit={secret.pk}")
    assert (shown(page, "agency"), shown(page, "unit"), page.titles) == (
        {"Sở Nội vụ": 1},
        {"Phòng Mật": 1},
        ["Kế hoạch mật"],
    )
    assert "Đơn vị: Phòng Mật" in SearchPage(client, f"q=khai+sinh&unit={secret.pk}").chips


ODD_FILTERS = (
    "kind=zzz", "agency=0", "agency=%C2%B2", "agency=99999999999999999999999", "agency=-1", "unit=abc&agency=abc", "unit=9999", "clause=99.99", "clause='%22",
    "legal=%FFx", "state=all", "year=abc&year=&year=2026", "field=%3Cscript%3E", "group=zzz", "group=%27", "sort=zzz", "ngay=31/02/2026", "ngay=99999999",
    "ngay=%3Cb%3E", "kind=" + "&kind=".join(map(str, range(60))), "cu=2&kind=form", "group=document&group=draft",
)  # fmt: skip


def test_no_filter_breaks_the_page(client, shelf):
    for query in ODD_FILTERS:
        for words in ("q=ke+hoach&", ""):
            page = SearchPage(client, words + query)
            assert "<script>" not in page.text.replace('<script src="', ""), query


def test_an_unknown_value_is_called_unknown_and_can_be_taken_off(client, shelf):
    page = SearchPage(client, "q=ke+hoach&agency=987654")
    assert (page.titles, page.chips["Cơ quan: không rõ"].link) == ([], "?q=ke+hoach")
