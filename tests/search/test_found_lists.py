"""Lists of results: who sees them, filters and counts, days, order, pages."""

import datetime

import pytest

from search.entries import Passage, Query
from tests.search.conftest import entry, fill

pytestmark = pytest.mark.pure
PUBLIC = frozenset({"public"})


def test_only_who_holds_a_token_of_the_readers_finds(engine):
    fill(
        engine,
        [
            entry("thing:1", "Mật kế hoạch canhcut", readers=("draft:5",)),
            entry("thing:2", "Kế hoạch"),
        ],
    )
    for text in ("canhcut", "kế hoạch", "canhcu", "canhcat", "mat ke hoach", "canh*"):
        mine = engine.find(Query(text, PUBLIC, facets=("kind", "agency")))
        assert "thing:1" not in [h.key for h in mine.hits]
        assert "canhcut" not in repr(mine)
    assert [h.key for h in engine.find(Query("canhcut", frozenset({"draft:5"}))).hits] == [
        "thing:1"
    ]
    assert engine.find(Query("canhcut", frozenset())).total == 0


def test_totals_and_facets_count_what_the_asker_sees(engine):
    fill(
        engine,
        [
            entry(
                f"thing:{n}",
                f"Kế hoạch {n}",
                readers=("public",) if n < 3 else ("agency:9",),
                agency=n % 2,
                kind="policy",
            )
            for n in range(8)
        ],
    )
    results = engine.find(Query("kế hoạch", PUBLIC, facets=("kind", "agency")))
    assert results.total == 3
    assert [(c.value, c.count) for c in results.facets["kind"]] == [("policy", 3)]
    assert {(c.value, c.count) for c in results.facets["agency"]} == {("0", 2), ("1", 1)}


def test_filters_compose_and_a_filter_keeps_its_own_other_values_in_sight(engine):
    fill(
        engine,
        [
            entry(
                f"thing:{n}",
                "Kế hoạch",
                agency=n % 2,
                kind=("policy", "form")[n // 2 % 2],
                facets={"clause": (f"9.{n % 3}",)},
            )
            for n in range(8)
        ],
    )
    results = engine.find(
        Query(
            "kế hoạch",
            PUBLIC,
            filters={"agency": ("1",), "kind": ("form",)},
            facets=("agency", "clause"),
        )
    )
    assert results.total == 2
    assert {(c.value, c.count) for c in results.facets["agency"]} == {("0", 2), ("1", 2)}
    assert engine.find(Query("kế hoạch", PUBLIC, filters={"clause": ("9.0", "9.1")})).total == 6


def test_what_is_in_force_is_asked_by_day(engine):
    day = datetime.date
    fill(
        engine,
        [
            entry("thing:1", "Nội quy", first_day=day(2020, 1, 1), last_day=day(2020, 12, 31)),
            entry("thing:2", "Nội quy", first_day=day(2021, 1, 1)),
            entry("thing:3", "Nội quy", first_day=day(2030, 1, 1)),
        ],
    )

    def on(when):
        return [h.key for h in engine.find(Query("nội quy", day=when)).hits]

    assert on(day(2020, 1, 1)) == on(day(2020, 12, 31)) == ["thing:1"]
    assert on(day(2021, 1, 1)) == on(day(2029, 12, 31)) == ["thing:2"]
    assert sorted(on(None)) == ["thing:1", "thing:2", "thing:3"]


def test_a_hit_leads_to_the_section_where_it_was_found(engine):
    parts = [
        Passage("muc-1", "1. MỤC ĐÍCH", "Thống nhất cách làm."),
        Passage("muc-5", "5. LỆ PHÍ", "Mỗi bản sao: 8.000 đồng <b>& miễn</b>."),
    ]
    fill(engine, [entry("thing:1", "Cấp bản sao", passages=parts)])
    hit = engine.find(Query("8.000 dong mien")).hits[0]
    assert (hit.url, hit.section) == ("/thing:1#muc-5", "5. LỆ PHÍ")
    assert "<mark>8</mark>.<mark>000 đồng</mark>" in hit.snippet
    assert "&lt;b&gt;&amp; <mark>miễn</mark>&lt;/b&gt;" in hit.snippet


def test_an_empty_question_lists_what_the_filters_leave_newest_first(engine):
    days = [datetime.date(2026, 1, d) for d in (5, 20, 10)]
    fill(
        engine,
        [entry(f"thing:{n}", "Kế hoạch", sort_date=day, agency=1) for n, day in enumerate(days)],
    )
    assert [h.key for h in engine.find(Query("", filters={"agency": ("1",)})).hits] == [
        "thing:1",
        "thing:2",
        "thing:0",
    ]


def test_results_are_sorted_by_date_or_code_where_asked(engine):
    rows = [("QT-10", 5), ("QT-2", 20), ("QT-1", 10)]
    fill(
        engine,
        [
            entry(f"thing:{n}", "Kế hoạch", code=code, sort_date=datetime.date(2026, 1, day))
            for n, (code, day) in enumerate(rows)
        ],
    )
    assert [h.code for h in engine.find(Query("kế hoạch", sort="code")).hits] == [
        "QT-1",
        "QT-2",
        "QT-10",
    ]
    assert [h.code for h in engine.find(Query("kế hoạch", sort="date")).hits] == [
        "QT-2",
        "QT-1",
        "QT-10",
    ]


@pytest.mark.parametrize("sort", ["code", "date"])
def test_what_changes_while_somebody_leafs_moves_nothing_that_is_alike_to_another_page(
    engine, sort
):
    alike = [entry(f"thing:{number}", "Kế hoạch") for number in range(1, 10)]
    fill(engine, alike)
    seen = []
    for page in (1, 2, 3):
        seen += [h.key for h in engine.find(Query("", sort=sort, page=page, size=3)).hits]
        # Put again, it is elsewhere in the index
        fill(engine, [one for one in alike if one.key == seen[-1]])
    assert sorted(seen) == [one.key for one in alike]


def test_pages_follow_each_other_without_gap_or_double(engine):
    fill(
        engine, [entry(f"thing:{n}", f"Kế hoạch số {n}", "kế hoạch " * (n % 7)) for n in range(75)]
    )
    keys = [h.key for page in range(1, 9) for h in engine.find(Query("kế hoạch", page=page)).hits]
    assert len(keys) == len(set(keys)) == 75


def test_a_filter_narrows_what_was_found_and_never_widens_the_question(engine):
    """Eleven have all the significant words; so few of those belong to the second agency that the
    query would be relaxed there."""
    things = [
        entry(f"thing:{n}", "Kế hoạch đánh giá lưu vực", agency=1 if n < 9 else 2)
        for n in range(11)
    ]
    things += [entry(f"thing:{n}", "Kế hoạch đánh giá tác động", agency=2) for n in range(20, 30)]
    fill(engine, things)
    everything = engine.find(Query("kế hoạch đánh giá lưu vực", PUBLIC, facets=("agency",)))
    assert (everything.total, [(c.value, c.count) for c in everything.facets["agency"]]) == (
        11,
        [("1", 9), ("2", 2)],
    )
    for agency, count in (("1", 9), ("2", 2)):
        narrowed = engine.find(
            Query(
                "kế hoạch đánh giá lưu vực",
                PUBLIC,
                filters={"agency": (agency,)},
                facets=("agency", "kind"),
            )
        )
        assert (narrowed.total, {c.value: c.count for c in narrowed.facets["agency"]}) == (
            count,
            {"1": 9, "2": 2},
        )
        assert [c.count for c in narrowed.facets["kind"]] == [count]


def test_documents_in_force_precede_those_no_longer_so(engine):
    day = datetime.date(2026, 3, 1)
    texts = (
        "kiểm soát tài liệu, kiểm soát tài liệu",
        "kiểm soát tài liệu và hồ sơ của cơ quan, theo dõi, cập nhật",
    )
    old = entry(
        "version:1", "Kiểm soát tài liệu", texts[0], last_day=day - datetime.timedelta(days=1)
    )
    new = entry("version:2", "Kiểm soát tài liệu", texts[1], first_day=day)
    fill(engine, [old, new, *(entry(f"other:{n}", f"Sổ {n}", "hộ tịch") for n in range(8))])
    assert [h.key for h in engine.find(Query("kiểm soát tài liệu", today=day)).hits] == [
        "version:2",
        "version:1",
    ]
    then = day - datetime.timedelta(days=1)
    assert [h.key for h in engine.find(Query("kiểm soát tài liệu", day=then, today=day)).hits] == [
        "version:1"
    ]
