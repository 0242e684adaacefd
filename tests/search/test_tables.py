"""Abbreviations, best bets, the record of queries, suggestions from it."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from search import api
from search.models import BestBet, QueryLog, Synonym
from search.queue import pending
from search.tables import reports
from tests.search.conftest import entry

PUBLIC = frozenset({"public"})


def test_a_new_installation_knows_the_usual_abbreviations(things):
    things[1] = entry("thing:1", "Quy chế làm việc của Ủy ban nhân dân")
    things[2] = entry("thing:2", "Chính sách chất lượng")
    pending.rebuild()
    assert [h.key for h in api.find("quy chế ubnd", tokens=PUBLIC).hits][0] == "thing:1"


def test_an_agency_adds_its_own_abbreviations(things, agency, other_agency):
    things[1] = entry("thing:1", "Tổ công tác đặc biệt")
    pending.rebuild()
    Synonym.objects.create(agency=agency, short="TĐBX", long="tổ công tác đặc biệt")
    assert [h.key for h in api.find("tdbx", tokens=PUBLIC, agency=agency.pk).hits] == ["thing:1"]
    assert api.find("tdbx", tokens=PUBLIC, agency=other_agency.pk).total == 0
    assert api.find("tdbx", tokens=PUBLIC).total == 0


def test_an_abbreviation_is_listed_once(db):
    Synonym.objects.create(short="ABC", long="a bê cê")
    with pytest.raises(IntegrityError), transaction.atomic():
        Synonym.objects.create(short="ABC", long="a bê cê")


def test_a_best_bet_comes_first_for_who_may_see_it(things, agency):
    things[1] = entry("thing:1", "Nghỉ phép năm", "nghỉ phép " * 9)
    things[2] = entry("thing:2", "Nội quy cơ quan")
    things[3] = entry("thing:3", "Bản thảo", readers=("draft:1",))
    pending.rebuild()
    for key in ("thing:3", "thing:2"):
        BestBet.objects.create(
            agency=agency, text="Nghỉ phép", words=reports.folded("Nghỉ phép"), origin=key
        )
    assert [h.key for h in api.find("nghi phep", tokens=PUBLIC, agency=agency.pk).hits] == [
        "thing:2",
        "thing:1",
    ]
    assert [h.key for h in api.find("nghi phep", tokens=PUBLIC).hits] == ["thing:1"]


def test_what_was_asked_in_vain_is_reported_without_names_and_forgotten_after_90_days(db, agency):
    for _ in range(3):
        reports.log_query("Giấy phép  bay", 0, agency=agency.pk)
    reports.log_opened(reports.log_query("khai sinh", 5, agency=agency.pk), 2)
    assert reports.log_query("  ", 0) is None
    assert [(m["text"], m["asked"], m["none"]) for m in reports.with_texts(reports.missed())] == [
        ("Giấy phép  bay", 3, 3)
    ]
    assert not [
        f.name
        for f in QueryLog._meta.get_fields()
        if f.name in {"user", "person", "owner", "session", "address"}
    ]
    QueryLog.objects.update(made_at=timezone.now() - datetime.timedelta(days=91))
    assert reports.forget_old() == 4


def test_a_thing_is_suggested_by_other_words_for_its_title(things, agency, other_agency):
    things[1] = entry("thing:1", "Cấp bản sao trích lục hộ tịch")
    things[2] = entry("thing:2", "Hướng dẫn BSTL")
    pending.rebuild()
    Synonym.objects.create(agency=agency, short="BSTL", long="bản sao trích lục")

    def offered(typed, current_user=agency):
        return [s.text for s in api.suggest(typed, tokens=PUBLIC, agency=current_user.pk)]

    assert offered("bstl") == ["Hướng dẫn BSTL", "Cấp bản sao trích lục hộ tịch"]
    assert offered("bstl hộ t") == offered("cấp bstl") == ["Cấp bản sao trích lục hộ tịch"]
    assert offered("bản sao trích lục") == ["Cấp bản sao trích lục hộ tịch", "Hướng dẫn BSTL"]
    assert offered("bstl", other_agency) == ["Hướng dẫn BSTL"]
    assert api.suggest("bstl", tokens=frozenset(), agency=agency.pk) == []


def test_questions_of_ones_own_agency_are_suggested_where_they_answer(things, agency, other_agency):
    things[1] = entry("thing:1", "Đăng ký khai sinh", "lệ phí cấp bản sao trích lục")
    pending.rebuild()
    for _ in range(reports.OFTEN):
        reports.log_query("lệ phí bản sao", 1, agency=agency.pk)
        reports.log_query("lệ phí canhcut", 1, agency=agency.pk)
    assert [s.text for s in api.suggest("lệ phí", tokens=PUBLIC, agency=agency.pk)][:1] == [
        "lệ phí bản sao"
    ]
    assert api.suggest("lệ phí", tokens=PUBLIC, agency=other_agency.pk) == []
    for _ in range(reports.OFTEN):
        reports.log_query("lệ phí bản sao", 1)
    assert api.suggest("lệ phí", tokens=PUBLIC) == []  # strangers can't put words before others


def test_facet_values_have_names(things, agency):
    things[1] = entry("thing:1", "Kế hoạch", agency=agency.pk)
    pending.rebuild()
    counts = api.find("kế hoạch", tokens=PUBLIC, facets=("agency", "state")).facets
    assert [(c.value, c.label, c.count) for c in counts["agency"]] == [
        (str(agency.pk), agency.name, 1)
    ]
    assert [c.label for c in counts["state"]] == ["Đã ban hành"]


def test_documents_are_named_once_best_first(things):
    things[1] = entry("version:1", "Kế hoạch kiểm tra", origin="document:7")
    things[2] = entry("draft:7", "Kế hoạch kiểm tra", origin="draft:7", group="draft")
    things[3] = entry("version:3", "Báo cáo về kế hoạch", origin="document:8")
    pending.rebuild()
    assert sorted(api.documents("kế hoạch", tokens=PUBLIC)[0]) == [7, 8]
