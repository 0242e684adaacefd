"""The life of a document in a real browser: edited, compared, issued, withdrawn, reinstated, struck
out; and who has no access."""

import pytest

from procedures.models import DocumentPage, Version
from tests.journeys.conftest import DESKTOP, PHONE, overflow
from tests.procedures.approval.conftest import steps

pytestmark = pytest.mark.browser
SECRET = "mat-khau-de-thu-2026"  # as `appoint` sets it


@pytest.fixture
def document(make_document, agency, officer):
    return make_document(
        agency,
        officer,
        code="QT-01",
        title="Cấp bản sao trích lục",
        body=steps("2 ngày", "3 ngày"),
        issued="2026-01-05",
    )


@pytest.fixture
def sign(visit, appoint, agency):
    """sign("Thu hồi", 390): reviewers and approvers find the task with that title, and sign it."""
    reviewer = appoint("xemxet", "reviewer", agency, name="Vũ Thị Xem Xét", post="Phó phòng")
    approver = appoint("pheduyet", "approver", agency, name="Đinh Văn Duyệt", post="Giám đốc")

    def both(title, width):
        for signer in (reviewer, approver):
            page = visit("/viec/", as_=signer, width=width)
            page.get_by_role("link", name=title).first.click()
            assert overflow(page) == []
            page.get_by_label("Mật khẩu").fill(SECRET)
            page.get_by_role("button", name="Ký").click()
            page.get_by_text("Đã ký.").wait_for()

    return both


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_an_officer_edits_compares_and_sends_and_the_last_signature_issues(
    visit, document, officer, sign, width
):
    page = visit(f"/admin/tai-lieu/{document.pk}/", as_=officer, width=width)
    page.get_by_role("link", name="Bắt đầu sửa đổi").click()
    page.get_by_label("Tên tài liệu").fill("Cấp bản sao trích lục hộ tịch")
    page.get_by_role("button", name="Lưu bản thảo").click()
    page.get_by_text("Đã lưu bản thảo").wait_for()
    page.goto(page.url.replace(f"pages/{document.pk}/edit/", f"tai-lieu/{document.pk}/so-sanh/"))
    assert page.locator("ins", has_text="hộ tịch").is_visible()
    assert page.get_by_text("1 mục không đổi").is_visible()
    assert overflow(page) == []
    page.goto(page.url.replace("so-sanh", "trinh-duyet"))
    page.get_by_text("thành phiên bản 2 khi đủ chữ ký").wait_for()
    page.get_by_label("Lần sửa đổi").fill("1")
    page.get_by_label("Nội dung sửa đổi").fill("Đổi tên theo Luật Hộ tịch.")
    page.get_by_role("button", name="Cập nhật thông tin ở trên").click()
    assert overflow(page) == []
    page.get_by_role("button", name="Trình duyệt").click()
    page.get_by_text("Đã trình").first.wait_for()
    sign("Cấp bản sao trích lục hộ tịch", width)
    assert [v.title for v in Version.objects.order_by("ordinal")] == [
        "Cấp bản sao trích lục",
        "Cấp bản sao trích lục hộ tịch",
    ]
    staff = visit(f"/d/{document.pk}/", width=width, as_=officer)
    assert staff.locator(".doc-state").get_by_text("Có hiệu lực").first.is_visible()
    assert overflow(staff) == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_version_is_withdrawn_with_its_reason_reinstated_and_struck_out(
    visit, document, officer, reader, sign, width
):
    def ask(link, button, reason):
        page.goto(home)
        page.get_by_role("link", name=link).click()
        page.get_by_label("Lý do").fill(reason)
        page.get_by_role("button", name=button).click()
        page.get_by_text("Đã trình yêu cầu").wait_for()

    page = visit(f"/admin/tai-lieu/{document.pk}/", as_=officer, width=width)
    home = page.url
    page.get_by_role("link", name="Thu hồi").click()
    page.get_by_role("button", name="Trình thu hồi").click()
    page.get_by_text("Hãy ghi lý do").wait_for()
    ask("Thu hồi", "Trình thu hồi", "Đã có quy trình liên thông.")
    staff = visit(f"/d/{document.pk}/", as_=reader, width=width)
    assert staff.locator(".doc-state").get_by_text("Có hiệu lực").first.is_visible()
    sign("Thu hồi: QT-01", width)
    staff.reload()
    assert staff.get_by_text("Lý do: Đã có quy trình liên thông.").is_visible()
    ask("Khôi phục hiệu lực", "Trình khôi phục hiệu lực", "Chưa bãi bỏ.")
    sign("Khôi phục hiệu lực: QT-01", width)
    staff.reload()
    assert staff.locator(".doc-state").get_by_text("Có hiệu lực").first.is_visible()
    ask("Hủy bỏ (ghi nhầm)", "Trình hủy bỏ", "Ghi nhầm.")
    sign("Hủy bỏ do ghi nhầm: QT-01", width)
    staff.reload()
    assert staff.get_by_text("Không tìm thấy trang này").is_visible()


def test_a_document_with_versions_is_not_deleted_and_a_code_in_force_not_used_twice(
    visit, document, make_document, agency, officer
):
    page = visit(f"/admin/tai-lieu/{document.pk}/xoa/", as_=officer)
    assert page.get_by_text("Tài liệu này không xóa được").is_visible()
    assert page.get_by_role("button", name="Xóa").count() == 0
    other = make_document(agency, officer, code="qt 01", title="Việc khác")
    page.goto(page.url.replace(f"{document.pk}/xoa", f"{other.pk}/trinh-duyet"))
    assert page.get_by_text("“Cấp bản sao trích lục”").first.is_visible()
    assert page.get_by_role("button", name="Trình duyệt").count() == 0
    assert Version.objects.count() == 1 and DocumentPage.objects.count() == 2


def test_a_form_is_put_under_its_procedure(
    visit, document, make_document, agency, other_agency, officer
):
    make_document(other_agency, code="QT-09", title="Việc của nơi khác")
    form = make_document(agency, officer, code="BM-01", title="Tờ khai", kind="form")
    page = visit(f"/admin/pages/{form.pk}/edit/", as_=officer)
    chosen = page.get_by_label("Thuộc quy trình")
    assert chosen.locator("option").all_inner_texts() == [
        "— Không thuộc quy trình nào —",
        "QT-01 Cấp bản sao trích lục",
    ]
    chosen.select_option("QT-01 Cấp bản sao trích lục")
    page.get_by_role("button", name="Lưu bản thảo").click()
    page.get_by_text("Đã lưu bản thảo").wait_for()
    form.refresh_from_db()
    assert form.get_latest_revision_as_object().procedure_id == document.pk


@pytest.mark.pure
def test_an_invalid_day_stays_in_its_field_to_be_corrected(visit, document, officer):
    page = visit(f"/admin/tai-lieu/phien-ban/{document.versions.get().pk}/thu-hoi/", as_=officer)
    page.get_by_label("Lý do").fill("Sáp nhập thủ tục.")
    day = page.get_by_label("Kể từ ngày")
    day.fill("31/02/2026")
    page.locator(".xdsoft_datetimepicker").locator(
        "visible=true"
    ).first.wait_for()  # it opens a moment later
    day.press("Tab")
    page.get_by_role("button", name="Thu hồi").click()
    page.get_by_text("Hãy ghi ngày theo dạng ngày/tháng/năm").wait_for()
    assert day.input_value() == "31/02/2026"
    assert not document.versions.get().acts.exists()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_an_agencys_administrator_brings_a_person_in_and_sees_no_drafts(
    visit, appoint, document, make_document, agency, officer, width
):
    draft = make_document(agency, officer, code="QT-02", title="Bản thảo kín")
    administrator = appoint("quantri", "agency_admin", agency, name="Ngô Thị Quản")
    page = visit("/admin/", as_=administrator, width=width)
    assert page.get_by_text("Bản thảo kín").count() == 0
    for address in (
        f"/admin/pages/{draft.pk}/edit/",
        f"/admin/tai-lieu/{draft.pk}/",
        "/admin/tai-lieu/",
        "/admin/nhap-tep/",
    ):
        assert page.goto(page.url.split("/admin/")[0] + address).status == 404
    page.goto(page.url.split("/admin/")[0] + "/manage/")
    assert overflow(page) == []
    page.locator(f"a[href$='/{agency.pk}/people/']").click()
    first = page.get_by_role("group", name="Người thứ 1")
    first.get_by_label("Họ và tên").fill("Phan Văn Mới")
    first.get_by_label("Vai trò").select_option("reader")
    assert overflow(page) == []
    page.get_by_role("button", name="Thêm người và in phiếu").click()
    page.get_by_role("heading", name="Phan Văn Mới").wait_for()
    assert overflow(page) == [] and page.get_by_text("moipv").is_visible()
