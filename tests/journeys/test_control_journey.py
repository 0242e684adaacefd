"""Approval in a real browser: a reader's request until its version is read, a set on a phone, an
absent head."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from procedures import lifecycle
from procedures.approval import sending
from procedures.approval.sealing import Terms
from procedures.models import Confirmation, DocumentPage, Version
from procedures.readership.reading import lifecycle as reading
from qms.clock import today
from qms.models import Absence, Approval, Signature
from tests.journeys.conftest import DESKTOP, PHONE, overflow
from tests.procedures.approval.conftest import SECRET, sign, steps  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.pure]
TITLE = "Cấp bản sao trích lục"


@pytest.fixture
def reviewer(appoint, agency):
    return appoint("xemxet", "reviewer", agency, name="Vũ Thị Xem Xét", post="Phó Giám đốc")


@pytest.fixture
def head(appoint, agency):
    return appoint("giamdoc", "approver", agency, name="Đinh Văn Duyệt", post="Giám đốc")


@pytest.fixture
def document(make_document, agency, officer, reader, reviewer, head):
    """A procedure in force that the reader must read, each version again."""
    page = make_document(
        agency,
        officer,
        code="QT-01",
        title=TITLE,
        body=steps("2 ngày", "3 ngày"),
        issued="2026-01-05",
    )
    reading.save_rule(
        agency,
        what={"document": page.pk},
        audience={"roles": ["reader"]},
        days=7,
        each_version=True,
        by=officer,
    )
    return page


@pytest.fixture
def days_pass(monkeypatch):
    """days_pass(3): moves the calendar of the running server three days ahead."""
    day = timezone.localdate

    def move(days):
        monkeypatch.setattr(
            timezone, "localdate", lambda *facts: day(*facts) + datetime.timedelta(days=days)
        )

    return move


def open_work(visit, person, title, width):
    """Opens the person's work, and the task with that title."""
    page = visit("/viec/", as_=person, width=width)
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    assert overflow(page) == []
    return page


def sign_here(page, secret=SECRET):
    page.get_by_label("Mật khẩu").fill(secret)
    page.get_by_role("button", name="Ký", exact=False).last.click()


def revise(page, live, document, title):
    page.goto(f"{live}/admin/pages/{document.pk}/edit/")
    page.get_by_label("Tên tài liệu").fill(title)
    page.get_by_role("button", name="Lưu bản thảo").click()
    expect(page.get_by_text("Đã lưu bản thảo")).to_be_visible()


def send(page, live, document, summary):
    """Fills in the form if `summary` is given, and sends the draft."""
    page.goto(f"{live}/admin/tai-lieu/{document.pk}/trinh-duyet/")
    if summary:
        page.get_by_text("Sửa số lần, nội dung sửa đổi").click()
        page.get_by_label("Lần sửa đổi").fill("1")
        page.get_by_label("Nội dung sửa đổi").fill(summary)
        page.get_by_label("Có hiệu lực").select_option("Sau ngày ban hành một số ngày")
        page.get_by_label("Số ngày sau ngày ban hành").fill("3")
        page.get_by_role("button", name="Cập nhật thông tin ở trên").click()
        expect(page.get_by_text("sau ngày ban hành 3 ngày")).to_be_visible()
    assert overflow(page) == []
    page.get_by_role("button", name="Trình duyệt").click()
    expect(page.get_by_text("Đã trình").first).to_be_visible()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_from_a_request_to_a_version_that_was_read(
    visit, site, document, reader, officer, reviewer, head, days_pass, width
):
    asks = visit(f"/d/{document.pk}/", as_=reader, width=width)
    asks.get_by_role("link", name="Đề nghị sửa đổi").click()
    asks.get_by_label("Nội dung chưa đúng hoặc cần sửa đổi").fill(
        "Tên quy trình thiếu chữ hộ tịch."
    )
    asks.get_by_role("button", name="Gửi yêu cầu").click()
    expect(asks.get_by_text("Tên quy trình thiếu chữ hộ tịch.")).to_be_visible()

    desk = open_work(visit, officer, TITLE, width)
    desk.get_by_role("button", name="Nhận vào bản thảo").click()
    expect(desk.get_by_text("Đã nhận vào bản thảo").first).to_be_visible()
    revise(desk, site.url, document, f"{TITLE} hộ tich")
    send(desk, site.url, document, "Ghi đủ tên thủ tục.")

    looks = open_work(visit, reviewer, f"{TITLE} hộ tich", width)
    looks.get_by_text("Ghi ý kiến").first.click()
    looks.get_by_label("Mức").select_option("Phải sửa")
    looks.get_by_label("Ý kiến", exact=True).fill("Sai chính tả ở tên.")
    looks.get_by_role("button", name="Ghi ý kiến").click()
    expect(looks.get_by_text("Còn 1 ý kiến phải sửa")).to_be_visible()
    looks.get_by_text("Trả lại người trình").first.click()
    looks.get_by_label("Lý do").fill("Xin sửa chính tả.")
    looks.get_by_role("button", name="Trả lại người trình").click()
    expect(looks.get_by_text("Đã trả lại người trình.")).to_be_visible()
    expect(
        looks.get_by_text("Xin sửa chính tả.").first
    ).to_be_visible()  # stays on what one returned

    desk.goto(f"{site.url}{Approval.objects.get().get_absolute_url()}")
    desk.locator("textarea[name=text]").first.fill("Đã sửa.")
    desk.get_by_role("button", name="Gửi trả lời").click()
    expect(desk.locator("blockquote.answer")).to_contain_text("Đã sửa.")
    revise(desk, site.url, document, f"{TITLE} hộ tịch")
    send(desk, site.url, document, "")

    again = open_work(visit, reviewer, f"{TITLE} hộ tịch", width)
    sign_here(again)
    expect(again.get_by_text("Đã ký.")).to_be_visible()
    last = open_work(visit, head, f"{TITLE} hộ tịch", width)
    sign_here(last, "khong-phai-mat-khau")
    expect(last.get_by_text("Mật khẩu chưa đúng").first).to_be_visible()
    sign_here(last)
    expect(last.get_by_text("Đã ký.")).to_be_visible()

    asks.goto(f"{site.url}/d/{document.pk}/")
    expect(asks.get_by_role("heading", level=1)).to_have_text(TITLE)
    days_pass(3)
    asks.reload()
    expect(asks.get_by_role("heading", level=1)).to_have_text(f"{TITLE} hộ tịch")
    asks.get_by_role("button", name="Tôi đã đọc và hiểu").click()
    expect(asks.get_by_text("Đã đọc").first).to_be_visible()
    assert overflow(asks) == []
    version = Version.objects.order_by("ordinal").last()
    assert Confirmation.objects.get().version == version
    assert document.change_requests.get().done_in == version


@pytest.fixture
def set_of_twelve(make_document, agency, author, officer, reviewer, head, sign):  # noqa: F811
    """Twelve documents under one decision, reviewed; the first is a revision of a document in
    force."""
    pages = [
        make_document(
            agency,
            author,
            code=f"QT-{number:02}",
            title=name,
            body=steps("2 ngày", "3 ngày"),
            issued="2026-01-05" if number == 1 else None,
        )
        for number, name in enumerate(NAMES, 1)
    ]
    lifecycle.revise_draft(pages[0], content=steps("1 ngày", "3 ngày"), by=author)
    drafts = [DocumentPage.objects.get(pk=page.pk).specific for page in pages]
    terms = Terms(1, 1, "Rút thời gian bước 1.")
    approval = sending.send([(draft, terms) for draft in drafts], by=officer, title="Mười hai quy trình")  # fmt: skip
    return sign(approval, reviewer)


NAMES = (
    "Tiếp công dân", "Văn bản đến", "Văn bản đi", "Lưu trữ hồ sơ", "Cấp bản sao", "Chứng thực chữ ký",
    "Đăng ký khai sinh", "Đăng ký kết hôn", "Đăng ký khai tử", "Mua sắm", "Đào tạo", "Bảo trì máy tính",
)  # fmt: skip


def test_a_head_signs_eleven_of_twelve_on_a_phone(visit, set_of_twelve, head):
    page = open_work(visit, head, "Mười hai quy trình", PHONE)
    expect(page.locator(".approval-items > li")).to_have_count(12)
    with page.expect_navigation():
        page.get_by_role("link", name="Tiếp công dân").click()
    changes = page.locator(".sealed-changes").first
    expect(changes.locator("del", has_text="2 ngày")).to_be_visible()
    expect(changes.locator("ins", has_text="1 ngày")).to_be_visible()
    assert overflow(page) == []
    out = page.locator(".approval-items > li", has_text="Mua sắm")
    out.get_by_text("Đưa ra khỏi lần trình").first.click()
    out.get_by_label("Lý do").fill("Chờ nghị định mới về đấu thầu.")
    out.get_by_role("button", name="Đưa ra khỏi lần trình").click()
    expect(page.locator(".approval-items > li", has_text="Mua sắm")).to_contain_text(
        "Chờ nghị định mới"
    )
    expect(page.locator("#ky ul.plain > li")).to_have_count(11)
    assert overflow(page) == []
    sign_here(page)
    expect(page.get_by_text("Đã ký.")).to_be_visible()
    issued = set(Version.objects.exclude(approval=None).values_list("title", flat=True))
    assert issued == set(NAMES) - {"Mua sắm"}


def test_a_head_who_is_away_names_a_substitute_who_signs(visit, set_of_twelve, head, appoint, agency):  # fmt: skip
    deputy = appoint("phogiamdoc", "approver", agency, name="Bùi Thị Phó", post="Phó Giám đốc")
    page = visit("/duyet/vang-mat/", as_=head, width=PHONE)
    page.get_by_label("Đến hết ngày").fill(f"{today() + datetime.timedelta(days=3):%d/%m/%Y}")
    page.get_by_label("Người ký thay").select_option("Bùi Thị Phó")
    page.get_by_label("Lý do").fill("Đi công tác.")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_text("Đinh Văn Duyệt vắng mặt, Bùi Thị Phó ký thay")).to_be_visible()
    assert overflow(page) == []
    assert Absence.objects.get().substitute == deputy
    signs = open_work(visit, deputy, "Mười hai quy trình", PHONE)
    sign_here(signs)
    expect(signs.get_by_text("Đã ký.")).to_be_visible()
    assert Signature.objects.get(meaning="approved").person == deputy
    assert Version.objects.exclude(approval=None).count() == 12
