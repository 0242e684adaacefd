"""What changed, for Vietnamese readers: words in their order."""

from procedures.content import compare
from tests.conftest import content


def test_a_word_that_changed_is_shown_and_the_rest_stays():
    assert compare.words_html(
        "Thời gian giải quyết là 5 ngày", "Thời gian giải quyết là 3 ngày làm việc"
    ) == ("Thời gian giải quyết là <del>5</del><ins>3</ins> ngày<ins> làm việc</ins>")


def test_what_is_compared_is_escaped():
    assert compare.words_html("<b>", "<i>") == "&lt;<del>b</del><ins>i</ins>&gt;"


def test_a_long_text_with_few_changes_shows_few_changes():
    old = " ".join(f"chữ{n} là một từ" for n in range(3000))
    new = old.replace("chữ1500 là", "chữ1500 không là")
    html = compare.words_html(old, new)
    assert (html.count("<ins>"), html.count("<del>")) == (1, 0)


def test_lines_are_paired_with_those_they_were():
    kinds = [
        c.kind
        for c in compare.lines(
            ["Nhận hồ sơ", "Kiểm tra hồ sơ", "Trả kết quả"],
            ["Nhận hồ sơ", "Kiểm tra kỹ hồ sơ", "Ký", "Trả kết quả"],
        )
    ]
    assert kinds == ["same", "changed", "added", "same"]


def test_sections_are_paired_and_a_section_that_went_is_shown():
    old = {
        "sections": [
            *content("Một", title="MỤC ĐÍCH")["sections"],
            *content("Hai", title="PHỤ LỤC CŨ")["sections"],
        ]
    }
    found = compare.contents(old, content("Một", "Thêm", title="MỤC ĐÍCH"))
    assert [(s.label, [line.kind for line in s.lines]) for s in found] == [
        ("1. MỤC ĐÍCH", ["same", "added"]),
        ("1. PHỤ LỤC CŨ", ["removed", "removed"]),
    ]


def test_two_states_of_a_document_are_compared_in_the_admin(
    make_document, agency, officer, stranger, client
):
    from procedures import lifecycle

    page = make_document(agency, officer, body=content("Thời gian 5 ngày"), issued="2026-01-05")
    lifecycle.revise_draft(page, content=content("Thời gian 3 ngày"), title="Tên mới", by=officer)
    client.force_login(officer)
    shown = client.get(f"/admin/tai-lieu/{page.pk}/so-sanh/").content.decode()
    assert "Thời gian <del>5</del><ins>3</ins> ngày" in shown
    assert "<ins>Tên mới</ins>" in shown or "<ins>Tên</ins>" in shown
    old, new = page.revisions.order_by("pk").values_list("pk", flat=True)
    answer = client.get(f"/admin/pages/{page.pk}/revisions/compare/{old}...{new}/")
    assert answer.url == f"/admin/tai-lieu/{page.pk}/so-sanh/?tu=r{old}&den=r{new}"
    assert client.get(answer.url).status_code == 200
    assert (
        client.get(f"/admin/tai-lieu/{page.pk}/so-sanh/", {"tu": "v999999", "den": "x"}).status_code
        == 404
    )
    client.force_login(stranger)
    assert client.get(f"/admin/tai-lieu/{page.pk}/so-sanh/").status_code == 404


def test_facts_beside_the_text_are_compared_and_an_open_day_of_effect_is_no_change(
    make_document, agency, officer, client
):
    from procedures import lifecycle

    page = make_document(agency, officer, body=content("Thời gian 5 ngày"), issued="2026-01-05")
    lifecycle.revise_draft(
        page,
        content=content("Thời gian 5 ngày"),
        issued_on=page.versions.get().issued_on,
        effective_on=None,
        by=officer,
    )
    lifecycle.revise_draft(
        page,
        content=content("Thời gian 5 ngày"),
        procedure_type="administrative",
        national_code="1.001193",
        review_months=7,
        by=officer,
    )
    client.force_login(officer)
    shown = client.get(f"/admin/tai-lieu/{page.pk}/so-sanh/").content.decode()
    assert "Ngày hiệu lực" not in shown
    assert "1.001193" in shown and "Loại quy trình" in shown and "Chu kỳ soát xét" in shown
