"""The officer's work in a real browser: the editor of an imported procedure, and the original's
pages in the review."""

import json

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from procedures.content import text_of
from procedures.content.stream import to_content
from procedures.derived import pages
from procedures.importing import batches
from procedures.importing.sources import uploaded
from procedures.models import DocumentPage
from tests.journeys.conftest import DESKTOP, PHONE, overflow
from tests.journeys.test_import_journey import ours, read_all
from tests.procedures.import_files import procedure

pytestmark = pytest.mark.browser
REAL = "chung_thuc__1. Cấp bản sao từ sổ gốc.docx"


@pytest.fixture
def hand_in(agency, officer, tmp_path):
    """hand_in(name, bytes) -> the file of a batch, read."""

    def call(name, data):
        batch = batches.create(agency, by=officer)
        path = tmp_path / "handed-in"
        path.write_bytes(data)
        for source in uploaded(path, name, tmp_path):
            batches.add(batch, source, by=officer)
        read_all()
        return batch.items.get()

    return call


@pytest.fixture
def imported(hand_in, samples, officer):
    """The draft of a real procedure."""
    item = hand_in(REAL, (samples / "procedures" / REAL).read_bytes())
    return DocumentPage.objects.get(pk=batches.accept(item, by=officer).document_id).specific


def shape(page):
    """A draft's content, ignoring white space: the browser's text editor collapses double spaces."""
    content = to_content(page.body)
    parts = [
        (s["kind"], s["place"], s["number"], s["title"], [b["type"] for b in s["blocks"]])
        for s in content["sections"]
    ]
    return parts, "".join(text_of(content).split())


def edit(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_an_imported_procedure_is_a_page_one_can_work_on(visit, serious, officer, imported, width):
    before = shape(imported)
    page = visit(edit(imported), as_=officer, width=width)
    outline = page.get_by_role("navigation", name="Mục lục bản thảo")
    outline.wait_for()
    if width == PHONE:
        outline.get_by_text("Mục lục bản thảo").click()
    steps = outline.locator("li", has_text="bước").first
    steps.wait_for()
    height = page.locator(".qms-editor").bounding_box()["height"]
    assert height < (4_500 if width == DESKTOP else 6_500)
    assert overflow(page) == []
    assert ours(serious(page)) == []
    link = steps.get_by_role("link")
    section = page.locator(link.get_attribute("href"))
    assert not section.locator("[data-contentpath=title] input").first.is_visible()
    link.click()
    section.locator("[data-contentpath=title] input").first.wait_for()
    outline.locator("[aria-current=location]", has_text=link.inner_text()).wait_for()
    assert "bước" in section.locator(".qms-held").first.inner_text()
    assert not section.locator("[data-contentpath=place]").first.is_visible()
    assert overflow(page) == []
    page.get_by_role("button", name="Lưu bản thảo").click()
    page.get_by_text("Đã lưu bản thảo").wait_for()
    assert shape(DocumentPage.objects.get(pk=imported.pk)) == before


@pytest.mark.pure
def test_warnings_lead_grids_are_left_by_keys_and_clauses_found_by_typing(visit, officer, imported):
    first = next(s for s in to_content(imported.body)["sections"] if s["place"] == "body")
    flag = {"code": "garbled_text", "values": [f"{first['number']} {first['title']}".strip()]}
    DocumentPage.objects.filter(pk=imported.pk).update(flags=[flag])
    page = visit(edit(imported), as_=officer)
    outline = page.get_by_role("navigation", name="Mục lục bản thảo")
    outline.get_by_text("1 điều cần xem lại", exact=True).last.wait_for()
    place = page.locator("[data-qms-flags-target=flag] a", has_text=first["title"])
    place.click()
    section = page.locator(place.get_attribute("href"))
    section.locator("[data-contentpath=title] input").first.wait_for()
    seen = page.get_by_role("button", name="Đã xem")
    page.context.set_offline(True)
    seen.click()
    page.get_by_text("Chưa ghi được. Hãy kiểm tra kết nối rồi thử lại.").wait_for()
    page.context.set_offline(False)
    page.wait_for_function("navigator.onLine")
    seen.click()
    outline.get_by_text("1 điều cần xem lại", exact=True).first.wait_for(state="detached")
    leaves_a_grid_by_keys(page, outline)
    finds_clauses(page, outline)
    page.get_by_role("button", name="Lưu bản thảo").click()
    page.get_by_text("Đã lưu bản thảo").wait_for()
    kept = DocumentPage.objects.get(pk=imported.pk).get_latest_revision_as_object()
    assert [clause.number for clause in kept.clauses.all()] == ["7.5.3"]


def leaves_a_grid_by_keys(page, outline):
    """Tab leaves at the end, Esc at once, Ctrl+Enter adds a row."""
    outline.locator("li", has_text="bước").first.get_by_role("link").click()
    grid = page.locator(".qms-grid:visible").first
    cells = grid.locator(".qms-grid__cell")
    rows = grid.locator(".qms-grid__row").count()
    cells.last.focus()
    page.keyboard.press("Tab")
    assert grid.locator(".qms-grid__cell:focus").count() == 0
    cells.first.focus()
    page.keyboard.press("Escape")
    assert grid.locator(".qms-grid__foot button:focus").count() == 1
    cells.first.focus()
    page.keyboard.press("Control+Enter")
    assert grid.locator(".qms-grid__row").count() == rows + 1
    assert grid.locator("[data-row='1']:focus").count() == 1


def finds_clauses(page, outline):
    outline.get_by_role("link", name="Điều khoản ISO 9001 liên quan").click()
    box = page.get_by_label("Tìm điều khoản theo số hoặc tên")
    box.fill("7.5.3")
    page.keyboard.press("Enter")
    page.locator(".qms-clauses__chosen", has_text="7.5.3").wait_for()
    box.fill("khong co gi nhu the")
    page.get_by_text("Không có điều khoản nào khớp.").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".qms-clauses__one:visible").count() > 20


@pytest.mark.pure
def test_a_new_draft_comes_open(visit, officer, make_document, agency):
    page = visit(
        edit(
            make_document(
                agency,
                officer,
                body={
                    "sections": [
                        {
                            "kind": "purpose",
                            "place": "body",
                            "number": "1.",
                            "title": "MỤC ĐÍCH",
                            "blocks": [{"type": "text", "html": ""}],
                        }
                    ]
                },
            )
        ),
        as_=officer,
    )
    expect(page.locator("[name=body-0-value-title]")).to_be_visible()


@pytest.mark.pure
def test_the_originals_pages_appear_when_they_are_drawn(
    visit, serious, officer, hand_in, monkeypatch
):
    monkeypatch.setattr(pages, "find_soffice", lambda: "/usr/bin/soffice")
    item = hand_in("a.docx", procedure("QT-01", "Việc một"))
    page = visit(reverse("imports:item", args=[item.pk]), as_=officer)
    page.get_by_role("tab", name="Từng trang").click()
    page.get_by_text("Đang vẽ các trang").wait_for()
    folder = pages._folder(item.sha256)
    folder.mkdir()
    for number in (1, 2):
        Image.new("RGB", (1100, 1556), "white").save(folder / f"{number}.webp")
    facts = {"state": "ready", "count": 2, "more": False, "reason": ""}
    (folder / "pages.json").write_text(json.dumps(facts))
    picture = page.get_by_role("img", name="Trang 1 của 2")
    picture.wait_for()
    page.wait_for_function("image => image.complete", arg=picture.element_handle())
    assert picture.evaluate("image => image.naturalWidth") == 1100
    assert (overflow(page), ours(serious(page))) == ([], [])
    page.keyboard.press("ArrowLeft")
    page.locator("[data-import-paper]").wait_for()
    page.locator("#id_title").focus()
    page.locator(".import-line.lit").first.wait_for()


OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.qms-two :is(input:not([type=hidden]), select, textarea)')]
    .filter(field => field.getClientRects().length)
    .map(field => [field.name, field.getBoundingClientRect()]);
  const found = [];
  boxes.forEach(([one, a], at) => boxes.slice(at + 1).forEach(([other, b]) => {
    if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) found.push(`${one} ${other}`);
  }));
  return [boxes.length, found];
}"""


@pytest.mark.pure
@pytest.mark.parametrize("step", ["send", "record"])
def test_the_fields_of_sending_and_recording_do_not_overlap(
    visit, serious, officer, make_document, agency, step
):
    draft = make_document(agency, officer, code="QT-91", title="Bản thảo để trình")
    address = reverse(f"procedures_admin:{step}", args=[draft.pk])
    page = visit(address, as_=officer, dark=step == "send")
    page.locator(".qms-two").first.wait_for(state="attached")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    count, overlapping = page.evaluate(OVERLAPS)
    assert count > 2
    assert (overlapping, overflow(page), ours(serious(page))) == ([], [], [])


@pytest.mark.pure
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_citys_templates_are_named_and_begun_from(
    visit, serious, appoint, officer, stranger, make_document, other_agency, width
):
    make_document(
        other_agency, stranger, code="QT-90", title="Kiểm soát tài liệu", issued="2026-01-05"
    )
    page = visit(reverse("city_templates"), as_=appoint("giamsat", "overseer", None), width=width)
    page.get_by_label("Mã hiệu hoặc địa chỉ của tài liệu").fill("qt-90")
    page.get_by_label("Dùng khi nào").fill("Mọi cơ quan đều cần")
    page.get_by_role("button", name="Đặt làm bản mẫu của thành phố").click()
    page.get_by_text("Đã đặt làm bản mẫu của thành phố.").wait_for()
    assert (overflow(page), serious(page)) == ([], [])
    page = visit(reverse("procedures_admin:new"), as_=officer, width=width)
    page.get_by_text("Bắt đầu từ bản mẫu của thành phố").click()
    assert (overflow(page), ours(serious(page))) == ([], [])
    page.get_by_role("link", name="Kiểm soát tài liệu").click()
    page.get_by_text("Bản thảo mới bắt đầu từ nội dung của QT-90").wait_for()
