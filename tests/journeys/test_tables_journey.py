"""An officer improves a failed query in a real browser: by a best bet and by a synonym."""

import pytest
from django.urls import reverse

from search.models import BestBet, Synonym
from search.queue import pending
from search.tables import reports
from tests.journeys.conftest import DESKTOP, PHONE, overflow

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(agency, make_document):
    """Two failed queries, and the document that answers both."""
    page = make_document(
        agency,
        code="QT-07",
        title="Cấp lại giấy khai sinh",
        issued="2026-01-05",
        visibility="public",
    )
    pending.flush()
    for text in ("em bé mất giấy", "GKSX"):
        reports.log_query(text, 0, agency=agency.pk)
    return page


def ours(found):
    """Without the frame around every page of the admin."""
    return [line for line in found if "sidebar" not in line and "w-slim-header" not in line]


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_question_asked_in_vain_gets_a_best_bet_and_another_word(
    visit, serious, officer, agency, asked, width
):
    page = visit(reverse("search_missed"), as_=officer, width=width)
    assert (overflow(page), ours(serious(page))) == ([], [])
    page.get_by_role("row", name="em bé mất giấy").get_by_role(
        "link", name="Thêm kết quả ưu tiên"
    ).click()
    assert page.get_by_label("Câu hỏi").input_value() == "em bé mất giấy"
    # No button is pressed: it looks while one types
    page.get_by_label("Tài liệu đứng đầu").fill("khai sinh")
    page.get_by_role("radio", name="Cấp lại giấy khai sinh").check()
    assert (overflow(page), ours(serious(page))) == ([], [])
    page.get_by_role("button", name="Tạo mới").click()
    page.get_by_text("nay có kết quả ưu tiên ở vị trí 1").wait_for()
    assert (overflow(page), ours(serious(page))) == ([], [])
    assert BestBet.objects.get().origin == f"document:{asked.pk}"
    page.get_by_role("link", name="Tìm thử").first.click()
    page.locator(".hit-title").get_by_text("Cấp lại giấy khai sinh").wait_for()

    page.goto(page.url.split("/tim-kiem")[0] + reverse("search_missed"))
    page.get_by_role("row", name="GKSX").get_by_role("link", name="Thêm từ đồng nghĩa").click()
    page.get_by_label("Từ đầy đủ").fill("giấy khai sinh")
    page.get_by_role("button", name="Tạo mới").click()
    page.get_by_text("Đã thêm “GKSX = giấy khai sinh”.").wait_for()
    assert (overflow(page), ours(serious(page))) == ([], [])
    assert Synonym.objects.get(agency=agency).short == "GKSX"
    page.get_by_role("link", name="Thử tìm").first.click()
    page.get_by_text("tra thêm:").wait_for()
    assert (overflow(page), ours(serious(page))) == ([], [])


@pytest.mark.pure
def test_a_document_is_chosen_without_scripts(visit, officer, asked):
    page = visit(reverse("best_bets:add"), as_=officer, scripts=False)
    page.get_by_label("Câu hỏi").fill("em bé mất giấy")
    page.get_by_label("Tài liệu đứng đầu").fill("qt07")
    page.get_by_role("button", name="Tìm tài liệu").click()
    page.get_by_role("radio", name="Cấp lại giấy khai sinh").check()
    page.get_by_role("button", name="Tạo mới").click()
    page.get_by_text("nay có kết quả ưu tiên ở vị trí 1").wait_for()
    assert BestBet.objects.get().origin == f"document:{asked.pk}"


@pytest.mark.pure
def test_what_is_chosen_while_an_answer_is_on_its_way_stays_chosen(visit, officer, asked):
    page = visit(f"{reverse('best_bets:add')}?text=gksx&find=khai+sinh", as_=officer)
    answers, held = f"**{reverse('best_bets:offer')}?*", []
    page.route(answers, lambda route: held.append(route), times=1)  # it takes no built-in
    with page.expect_request(answers):
        page.get_by_label("Tài liệu đứng đầu").fill("giấy khai sinh")
    page.get_by_role("radio", name="Cấp lại giấy khai sinh").check()
    with page.expect_response(f"{answers}origin=document*"):
        held.pop().continue_()
    page.get_by_role("button", name="Tạo mới").click()
    page.get_by_text("nay có kết quả ưu tiên ở vị trí 1").wait_for()
