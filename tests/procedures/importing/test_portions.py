"""A place that holds several facts ("Lần/soát: 03/01") is taught portion by portion."""

import datetime
import io

import docx
import pytest
from django.urls import reverse

from procedures.importing import batches, meanings, teaching
from procedures.importing.reading import read_item
from procedures.models import ImportRule
from procedures.word import read, teach
from procedures.word.lines import Line
from procedures.word.portions import portions
from procedures.word.rules import Rule, is_sound, with_portion
from qms.errors import Refused

ISSUE = Rule("label", "issue_number.1", "Lần/soát")
REVISION = Rule("label", "revision_number.2", "Lần/soát")


def paper(issue: int, revision: int, layout: str = "line") -> bytes:
    """A paper that says its issue and revision number in one value."""
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("QUY TRÌNH").runs[0].bold = True
    document.add_paragraph("TIẾP CÔNG DÂN").runs[0].bold = True
    document.add_paragraph(f"Mã hiệu: QT-{issue:02}{revision:02}")
    value = f"{issue:02}/{revision:02}"
    if layout == "line":
        document.add_paragraph(f"Lần/soát: {value}")
    else:
        rows = [("Lần/soát", value)] if layout == "row" else [("Lần/soát", "Trang"), (value, "1")]
        table = document.add_table(rows=0, cols=2, style="Table Grid")
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    for n, name in enumerate(("MỤC ĐÍCH", "PHẠM VI ÁP DỤNG"), 1):
        document.add_paragraph(f"{n}. {name}").runs[0].bold = True
        document.add_paragraph("Thống nhất cách làm trong cơ quan.")
    document.save(out)
    return out.getvalue()


def numbers(data: bytes, *rules: Rule) -> tuple[int | None, int | None]:
    found = read(data, "a.docx", rules=rules)
    return found.issue_number, found.revision_number


@pytest.mark.pure
@pytest.mark.parametrize("layout", ["line", "row", "column"])
def test_two_corrections_of_one_value_are_followed_in_other_files(layout):
    first = read(paper(3, 1, layout), "a.docx")
    rules = [
        teach.offers(first.lines, "issue_number", 3)[0],
        teach.offers(first.lines, "revision_number", 1)[0],
    ]
    assert numbers(paper(5, 2, layout), *rules) == (5, 2)
    assert numbers(paper(4, 4, layout), *rules) == (4, 4)


@pytest.mark.pure
def test_a_value_without_the_portion_gives_nothing():
    assert numbers(paper(3, 1), ISSUE, REVISION) == (3, 1)
    assert portions("revision_number", "03") == ["03"]
    assert teach.offers([Line("front", "front:p0", "Lần/soát: 03")], "revision_number", 1) == []


@pytest.mark.pure
def test_portions_are_numbers_days_or_pieces():
    assert portions("issue_number", "03 – 8/8/2022") == ["03"]
    assert portions("issued_on", "03 – 8/8/2022; 9/9/2023") == ["08/08/2022", "09/09/2023"]
    assert portions("code", "QT-01/VP - 02") == ["QT-01/VP", "02"]


@pytest.mark.pure
def test_a_code_and_a_day_are_taken_out_of_a_value_too():
    lines = [
        Line("front", "front:p0", "Số hiệu quản: QT-01/VP - 02"),
        Line("front", "front:p1", "Thời hạn: 05/6/2024 - 7/7/2025"),
    ]
    assert teach.offers(lines, "code", "QT-01/VP")[0].meaning == "code.1"
    day = teach.offers(lines, "effective_on", datetime.date(2025, 7, 7))[0]
    assert (day.meaning, day.phrase) == ("effective_on.2", "Thời hạn")


@pytest.mark.pure
def test_a_value_with_another_label_behind_it_and_a_long_title_are_offered():
    lines = [
        Line("front", "front:p0", "Định danh: QT-01/VP ban hành lần: 2"),
        Line("front", "front:t0.r0.c0.l0", "Gọi là"),
        Line("front", "front:t0.r0.c1.l0", "Tiếp công dân định kỳ"),
        Line("front", "front:t0.r0.c1.l1", "tại các điểm lẻ"),
    ]
    assert Rule("label", "code", "Định danh") in teach.offers(lines, "code", "QT-01/VP")
    title = teach.offers(lines, "title", "Tiếp công dân định kỳ tại các điểm lẻ")
    assert Rule("label", "title", "Gọi là") in title


@pytest.mark.pure
def test_the_figures_of_a_code_are_offered_as_no_portion():
    lines = [Line("front", "front:p0", "Số hiệu quản: QT-01/VP - 02")]
    assert teach.offers(lines, "revision_number", 1) == []


@pytest.mark.pure
@pytest.mark.parametrize("meaning", ["issue_number.0", "issue_number.9", "drafted.1", "code.x"])
def test_a_portion_that_no_value_has_is_no_rule(meaning):
    assert not is_sound(Rule("label", meaning, "Lần soát"))


@pytest.mark.pure
def test_a_portion_is_said_in_the_sentence():
    assert meanings.sentence(REVISION).startswith("Lần sửa đổi (số thứ 2) có nhãn “Lần/soát”")
    assert meanings.sentence(Rule("label", "code.1", "Số hiệu")).startswith("Mã hiệu (phần thứ 1)")
    assert with_portion("approved", 2) == "approved"


@pytest.mark.django_db
def test_two_portions_of_one_label_are_kept_and_the_whole_replaces_them(agency, officer):
    for rule in (ISSUE, REVISION):
        teaching.keep(agency, rule, by=officer)
    meant = set(ImportRule.objects.values_list("meaning", flat=True))
    assert meant == {"issue_number.1", "revision_number.2"}
    whole = Rule("label", "code", "Lần/soát")
    with pytest.raises(Refused, match="quy tắc khác cho đúng chữ này"):
        teaching.change(
            ImportRule.objects.get(meaning="issue_number.1"),
            by=officer, phrase="Lần/soát", meaning="revision_number.3", is_on=True,
        )  # fmt: skip
    teaching.keep(agency, whole, by=officer)
    assert list(ImportRule.objects.values_list("meaning", flat=True)) == ["code"]
    teaching.keep(agency, REVISION, by=officer)
    assert list(ImportRule.objects.values_list("meaning", flat=True)) == ["revision_number.2"]


@pytest.mark.django_db
def test_an_officer_corrects_both_numbers_and_teaches_them(hand_in, officer, client):
    batch = hand_in({f"{n}.docx": paper(n, n - 1) for n in (3, 4, 5)})
    first = batch.items.get(name="3.docx")
    batches.correct(first, {"issue_number": 3, "revision_number": 2}, by=officer)
    client.force_login(officer, backend="qms.accounts.backends.Accounts")
    page = client.get(reverse("imports:item", args=[first.pk]))
    offers = [offer["rules"][0] for offer in page.context["offers"]]
    assert [offer["sentence"] for offer in offers] == [
        "Lần ban hành (số thứ 1) đứng sau “Lần/soát” trên cùng dòng.",
        "Lần sửa đổi (số thứ 2) đứng sau “Lần/soát” trên cùng dòng.",
    ]
    client.post(
        reverse("imports:teach", args=[first.pk]), {"offer": [offer["value"] for offer in offers]}
    )
    for item in batch.items.filter(state="waiting"):
        read_item.call(item.pk)
    read_now = [item.reading["facts"] for item in batch.items.order_by("name")]
    assert [(f["issue_number"], f["revision_number"]) for f in read_now] == [(3, 2), (4, 3), (5, 4)]


@pytest.mark.django_db
def test_a_portion_is_pointed_at_and_edited(hand_in, officer, client):
    batch = hand_in({"3.docx": paper(3, 2)})
    item = batch.items.get()
    client.force_login(officer, backend="qms.accounts.backends.Accounts")
    data = {"kind": "label", "meaning": "revision_number", "phrase": "Lần/soát", "portion": "1"}
    client.post(reverse("imports:teach", args=[item.pk]), data)
    rule = ImportRule.objects.get()
    assert rule.meaning == "revision_number.1"
    shown = client.get(reverse("imports:rules"))
    assert [row["read"].portion for row in shown.context["rows"]] == [1]
    edited = {"rule": rule.pk, "act": "save", "phrase": "Lần/soát", "meaning": "revision_number"}
    client.post(reverse("imports:rules"), {**edited, "portion": "2"})
    rule.refresh_from_db()
    assert rule.meaning == "revision_number.2"
