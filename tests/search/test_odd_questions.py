"""Queries of digits, dots, dashes and slashes work everywhere; a fault inside the search is no
server error."""

import logging

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import api
from search.engines.tantivy import TantivyEngine
from search.models import BestBet, SavedSearch
from search.page.params import SearchParams
from search.queue import pending
from search.saved import lifecycle
from search.words import codes
from search.words.question import parse_question

NATIONAL = "1.001193.000.00.00.H57"
QUESTIONS = (NATIONAL, "00/00/0000", "01-01-0001", "0001-01-01", "0.00.000/0")
questions = st.text(alphabet="0019.-/_ &HQTqđ", max_size=60)


@pytest.fixture
def procedure(agency, officer, make_document):
    found = make_document(
        agency, officer, code=NATIONAL, title="Khai sinh", issued="2026-01-05", visibility="public"
    )
    pending.flush()
    return found


@pytest.mark.pure
@settings(max_examples=400, deadline=None)
@given(questions)
def test_each_code_of_a_question_has_its_form_without_leading_zeros(text):
    exact, loose = codes.asked_tokens(text)
    assert len(exact) == len(set(exact)) == len(loose)
    for token, other in zip(exact, loose, strict=True):
        assert other.startswith("=")
        assert token.replace("0", "").replace(".", "") == other[1:].replace("0", "").replace(
            ".", ""
        )


@pytest.mark.pure
@settings(max_examples=300, deadline=None)
@given(questions)
def test_no_code_function_fails(text):
    codes.own_tokens(text)
    codes.cited_tokens(text, text)
    codes.whole(text)
    codes.asked_name(text)
    assert len(parse_question(text).codes) == len(parse_question(text).loose_codes)


@pytest.mark.parametrize("text", QUESTIONS)
def test_codes_with_zeros_are_answered_on_every_screen(client, officer, procedure, text):
    for signed_in in (False, True):
        if signed_in:
            client.force_login(officer)
        assert client.get("/tim-kiem/", {"q": text}).status_code == 200
        assert client.get("/tim-kiem/goi-y/", {"q": text}).status_code == 200
    assert client.get(reverse("procedures_admin:documents"), {"q": text}).status_code == 200
    assert client.get(reverse("best_bets:offer"), {"find": text}).status_code == 200
    fields = {"agency": procedure.agency_id, "text": text, "find": text}
    assert client.post(reverse("best_bets:add"), fields).status_code in {200, 302}
    kept = lifecycle.save(SearchParams(words=text), name="mã", mails=True, by=officer)
    assert SavedSearch.objects.get(pk=kept.pk).mails


def test_a_procedure_is_found_by_its_whole_national_code(client, procedure):
    assert procedure.title in client.get("/tim-kiem/", {"q": NATIONAL}).content.decode()


def test_the_best_bet_form_takes_a_document_by_its_national_code(client, officer, procedure):
    client.force_login(officer)
    fields = {"agency": procedure.agency_id, "text": "khai sinh", "find": NATIONAL}
    client.post(reverse("best_bets:add"), fields)
    assert BestBet.objects.get().origin == f"document:{procedure.pk}"


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=questions)
def test_no_question_breaks_the_page(client, procedure, text):
    assert client.get("/tim-kiem/", {"q": text}).status_code == 200
    assert client.get("/tim-kiem/goi-y/", {"q": text}).status_code == 200


@pytest.fixture
def broken(monkeypatch):
    """An engine that raises errors."""

    def fail(*args, **kwargs):
        raise ZeroDivisionError("inside the search")

    monkeypatch.setattr(TantivyEngine, "find", fail)
    monkeypatch.setattr(TantivyEngine, "suggest", fail)


def test_a_search_that_fails_says_try_again_and_is_logged(client, procedure, broken, caplog):
    with caplog.at_level(logging.ERROR, "search"):
        answer = client.get("/tim-kiem/", {"q": "khai sinh"})
    assert answer.status_code == 503
    said = answer.content.decode()
    assert "Không tìm được" in said
    assert 'value="khai sinh"' in said
    faults = [r.exc_info[0] for r in caplog.records if r.name == "search"]
    assert faults == [ZeroDivisionError]


def test_a_fault_outside_the_engine_says_try_again_too(client, procedure, monkeypatch, caplog):
    monkeypatch.setattr("search.page.narrowing.filters", lambda *args: 1 / 0)
    assert client.get("/tim-kiem/", {"q": "khai sinh"}).status_code == 503


def test_the_screens_of_officers_live_through_a_fault(client, officer, procedure, broken):
    client.force_login(officer)
    answer = client.get(reverse("procedures_admin:documents"), {"q": "xyz"})
    assert (answer.status_code, "Không tìm được" in answer.content.decode()) == (200, True)
    assert client.get(reverse("best_bets:offer"), {"find": "x"}).status_code == 200
    assert client.get("/tim-kiem/goi-y/", {"q": "khai"}).json()["suggestions"] == []
    kept = lifecycle.save(SearchParams(words="khai"), name="k", mails=True, by=officer)
    assert SavedSearch.objects.get(pk=kept.pk).looked_at is None
    assert api.documents("khai", tokens=None)[0] == []
