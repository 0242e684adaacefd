"""Questions from sheets: any columns by a mapping, a dry run, all or nothing; exports can be
imported unchanged."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from audits.bank import lifecycle, taking
from audits.bank import sheet as sheets_of
from audits.models import Question
from qms.errors import Refused
from qms.models import Event

# Rules in Python: one database is enough
pytestmark = [pytest.mark.django_db, pytest.mark.pure]

HEAD = ["Điều khoản", "Câu hỏi", "Xem ở đâu", "Thế nào là chưa đạt"]
ROW = ["7.5.3", "Sổ văn thư có được ghi hằng ngày không?", "Sổ văn thư", "Có ngày bỏ trống"]


def book(*rows, head=HEAD, merged=()):
    made = Workbook()
    for row in (head, *rows) if head else rows:
        made.active.append(row)
    for cells in merged:
        made.active.merge_cells(cells)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


class Screen:
    """The import page as a person uses it."""

    def __init__(self, client, person, bank=""):
        client.force_login(person)
        self.client, self.bank = client, bank
        self.address = reverse("questions:sheet")

    def post(self, **fields):
        bank = {"bank": self.bank} if self.bank else {}
        return self.client.post(self.address, {**bank, **fields})

    def upload(self, data, name="cau-hoi.xlsx"):
        return self.post(act="file", sheet=SimpleUploadedFile(name, data))

    def map(self, answer, **chosen):
        form = answer.context["form"]
        first = {name: form[name].value() or "" for name in form.fields}
        return self.post(act="columns", kept=answer.context["kept"], **{**first, **chosen})

    def take(self, answer):
        return self.client.post(
            self.address,
            {"act": "take", "bank": answer.context["bank"].key, "kept": answer.context["kept"]},
            follow=True,
        )


@pytest.fixture
def screen(client, officer):
    return Screen(client, officer)


def refusal(answer):
    return " ".join(text for texts in answer.context["form"].errors.values() for text in texts)


def own(agency):
    return Question.objects.filter(agency=agency)


def test_a_sheet_goes_through_mapping_and_dry_run_into_the_bank(screen, officer, agency):
    answer = screen.upload(book(ROW, ["8.5.1", "Có làm đúng bước không?", "", ""]))
    assert answer.context["form"].initial["clause"] == "0"
    dry = screen.map(answer)
    assert [row.becomes for row in dry.context["rows"]] == ["new", "new"]
    assert not own(agency).exists()
    done = screen.take(dry)
    assert "Đã thêm 2 câu hỏi" in done.content.decode()
    question = own(agency).get(clause="7.5.3")
    assert (question.text, question.look_at, question.fault) == tuple(ROW[1:])
    assert question.order == "07.05.03"
    (act,) = question.history.all()
    assert act.history_user == officer
    event = Event.objects.get(kind="questions_taken")
    assert (event.agency, event.data["new"], event.data["changed"]) == (agency, 2, 0)


def test_columns_may_be_called_anything_and_stand_anywhere(screen, agency):
    data = book(["x", "Hỏi gì đây?", "4.1"], head=["Ghi chú", "Nội dung gì đó", "Số"])
    answer = screen.upload(data)
    wrong = screen.map(answer, clause="", text="1")
    assert "clause" in wrong.context["form"].errors
    same = screen.map(wrong, clause="1", text="1")
    assert "Mỗi cột" in refusal(same)
    screen.take(screen.map(same, clause="2", text="1", head="1"))
    assert own(agency).get().text == "Hỏi gì đây?"


def test_the_head_is_found_below_a_title(screen, agency):
    data = book(["SỞ TƯ PHÁP"], ["CÂU HỎI"], HEAD, ROW, head=None)
    answer = screen.upload(data)
    assert answer.context["form"].initial["head"] == 3
    screen.take(screen.map(answer))
    assert own(agency).count() == 1


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_goes_out_comes_in_the_same(screen, officer, agency, kind):
    texts = (
        "=1+1 là gì?",
        "-dấu trừ; -nữa",
        "'=đã có dấu",
        'Nói "rõ", được không?',
        "Hỏi\n hai dòng",
        "Dấu rời e\u0302 \x01?",
    )
    for number, text in enumerate(texts):
        row = Question(agency=agency, clause="7.5.3", text=text, fault="@x", is_active=number != 1)
        lifecycle.save_question(row, by=officer)
    before = list(own(agency).order_by("pk").values())
    address = reverse("questions:file", args=[agency.pk, kind])
    data = screen.client.get(address).content
    dry = screen.map(screen.upload(data, f"cau-hoi.{kind}"))
    assert {row.becomes for row in dry.context["rows"]} == {"same"}
    assert dry.context["brings"] == 0
    assert list(own(agency).order_by("pk").values()) == before
    Question.objects.filter(
        agency=agency
    ).delete()  # imported into an empty bank it yields the same texts
    screen.take(screen.map(screen.upload(data, f"cau-hoi.{kind}")))
    facts = ("clause", "text", "fault", "is_active")
    assert {tuple(q[f] for f in facts) for q in own(agency).values()} == {
        tuple(q[f] for f in facts) for q in before
    }


def test_a_row_with_a_code_changes_its_question(screen, officer, agency):
    kept = Question(agency=agency, clause="7.5.3", text="Câu cũ?", look_at="Sổ")
    lifecycle.save_question(kept, by=officer)
    data = book([kept.pk, "7.5.3", "Câu mới?"], head=["Mã", "Điều khoản", "Câu hỏi"])
    dry = screen.map(screen.upload(data))
    assert [row.becomes for row in dry.context["rows"]] == ["changed"]
    screen.take(dry)
    question = own(agency).get()
    assert (question.pk, question.text, question.look_at) == (kept.pk, "Câu mới?", "Sổ")
    assert question.history.count() == 2


def test_what_the_city_asks_already_is_left_out(screen, agency):
    shared = Question.objects.create(clause="7.5.3", order="07.05.03", text="Câu hỏi chung?")
    dry = screen.map(screen.upload(book(["7.5.3", "câu hỏi CHUNG?", "", ""])))
    assert [row.becomes for row in dry.context["rows"]] == ["shared"]
    assert not own(agency).exists()
    assert Question.objects.get(pk=shared.pk).text == "Câu hỏi chung?"


WRONG = [
    (["", "Hỏi?", "", ""], "Thiếu điều khoản"),
    (["7.5.3", "", "Sổ", ""], "Thiếu câu hỏi"),
    (["99.9", "Hỏi?", "", ""], "không có điều khoản 99.9"),
    (["7.5; 8.1", "Hỏi?", "", ""], "mỗi dòng một điều khoản"),
    (["07/05/2026", "Hỏi?", "", ""], "đã đổi số điều khoản thành ngày"),
    (["7.5.3", "Hỏi " * 2500, "", ""], "dài quá 2.000 ký tự"),
    (["7.5.3", "=A1&B1", "", ""], "Ô B2 là công thức"),
    (["7.5.3", "Hỏi?", "=A1", ""], "Ô C2 là công thức"),
]


@pytest.mark.parametrize(("row", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_wrong_row_is_named_and_nothing_is_taken(screen, agency, row, said):
    dry = screen.map(screen.upload(book(row, ROW)))
    first = dry.context["rows"][0]
    assert said in " ".join(first.errors)
    assert dry.context["kept"] == ""
    assert not re.search(r"Nhập \d+ câu hỏi", dry.content.decode())
    screen.take(dry)
    assert not own(agency).exists()


def test_the_same_question_twice_is_named_by_its_line(screen):
    dry = screen.map(screen.upload(book(ROW, ROW)))
    assert "Trùng câu hỏi với dòng 2" in " ".join(dry.context["rows"][0].errors)


FILES = [
    (b"\xd0\xcf\x11\xe0" + b"x" * 500, "xls", "lưu lại thành .xlsx"),
    ("Điều khoản,Câu hỏi\n4.1,Hỏi?".encode("cp1258", "replace") + b"\xf0\xd0", "csv", "CSV UTF-8"),
    (b"PK\x03\x04" + b"x" * 900, "xlsx", "Không đọc được"),
    (b"\n\n\n", "csv", "không có gì"),
]


@pytest.mark.parametrize(("data", "kind", "said"), FILES, ids=[said for *_, said in FILES])
def test_a_file_that_is_not_a_sheet_is_refused_with_advice(screen, data, kind, said):
    answer = screen.upload(data, f"tep.{kind}")
    assert answer.status_code == 200
    assert said in refusal(answer)


def test_fifty_thousand_rows_are_refused(screen, agency):
    data = ("Điều khoản;Câu hỏi\n" + "4.1;Hỏi gì?\n" * 50_000).encode()
    assert "dài hơn 2.000 dòng" in refusal(screen.upload(data, "to.csv"))
    assert not own(agency).exists()


def test_merged_cells_are_filled_and_told_of(screen, agency):
    rows = (["7.5.3", "Câu một?", "", ""], [None, "Câu hai?", "", ""])
    answer = screen.upload(book(*rows, merged=["C1:D1", "A2:A3"]))
    assert "C1:D1" in answer.content.decode()
    screen.take(screen.map(answer))
    assert set(own(agency).values_list("clause", "text")) == {("7.5.3", "Câu một?"), ("7.5.3", "Câu hai?")}  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_any_spreadsheet_is_read(screen, agency, delimiter, coding):
    text = delimiter.join(HEAD) + "\r\n" + delimiter.join(ROW) + "\r\n"
    screen.take(screen.map(screen.upload(text.encode(coding), "q.csv")))
    assert own(agency).get().text == ROW[1]


def test_an_import_that_dies_leaves_nothing(screen, officer, agency, monkeypatch):
    kept = lifecycle.save_question(Question(agency=agency, clause="4.1", text="Cũ?", look_at="a"), by=officer)  # fmt: skip
    rows = taking.restored([{"line": 2, "clause": "4.1", "text": "Mới?", "given": ["clause", "text"]},
                            {"line": 3, "clause": "4.1", "text": "Cũ?", "look_at": "b", "given": ["look_at"]}])  # fmt: skip

    def dies(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(lifecycle.journal, "append", dies)
    with pytest.raises(KeyboardInterrupt):
        lifecycle.take_questions(agency, rows, by=officer)
    assert [(q.pk, q.look_at) for q in own(agency)] == [(kept.pk, "a")]
    assert kept.history.count() == 1


def test_an_officer_of_another_agency_gets_no_sheet_of_this_one(client, agency, stranger):
    client.force_login(stranger)
    assert client.get(reverse("questions:file", args=[agency.pk, "csv"])).status_code == 404
    form = client.get(reverse("questions:sheet")).content.decode()
    assert str(stranger.appointments.get().agency) in form and agency.name not in form


@pytest.mark.parametrize("who", ["author", "reader", "overseer"])
def test_others_reach_no_page_of_it(client, request, agency, who):
    client.force_login(request.getfixturevalue(who))
    for address in (reverse("questions:index"), reverse("questions:sheet"), reverse("questions:file", args=[agency.pk, "csv"])):  # fmt: skip
        assert client.get(address).status_code in {302, 403, 404}, address
    answer = client.post(reverse("questions:sheet"), {"act": "take", "kept": "x"})
    assert answer.status_code in {302, 403, 404}


def test_nobody_writes_the_table_of_another(client, officer, other_agency, system_admin, agency):
    screen = Screen(client, officer)
    for key in (other_agency.pk, "chung"):
        assert client.get(reverse("questions:file", args=[key, "csv"])).status_code == 404
        screen.bank = str(key)
        assert screen.upload(book(ROW)).status_code == 404
    for by, table in ((officer, other_agency), (officer, None), (system_admin, agency)):
        with pytest.raises(Refused):
            lifecycle.take_questions(table, [], by=by)
        with pytest.raises(Refused):
            lifecycle.save_question(Question(agency=table, clause="4.1", text="?"), by=by)


def test_a_system_administrator_takes_questions_for_everybody(client, system_admin):
    screen = Screen(client, system_admin, bank="chung")
    screen.take(screen.map(screen.upload(book(ROW))))
    assert Question.objects.filter(agency=None, text=ROW[1]).count() == 1


def test_what_was_checked_for_one_table_or_person_is_not_taken_for_another(client, officer, agency, other_agency, appoint):  # fmt: skip
    screen = Screen(client, officer)
    dry = screen.map(screen.upload(book(ROW)))
    other = appoint("o2", "officer", other_agency)
    client.force_login(other)
    sent = {"act": "take", "bank": str(other_agency.pk), "kept": dry.context["kept"]}
    assert "đã cũ" in client.post(screen.address, sent, follow=True).content.decode()
    assert not Question.objects.filter(text=ROW[1]).exists()


def test_the_form_keeps_a_question_and_refuses_a_wrong_clause(client, officer, agency):
    client.force_login(officer)
    send = {"clause": "Điều khoản 7.5.3", "text": " Hỏi  gì? ", "is_active": "on"}
    client.post(reverse("questions:add"), send)
    assert own(agency).get().text == "Hỏi gì?"
    wrong = client.post(reverse("questions:add"), {**send, "clause": "77"})
    assert "không có điều khoản 77" in wrong.content.decode()
    twice = client.post(reverse("questions:add"), send)
    assert "đã có câu hỏi này" in twice.content.decode()


def test_the_list_finds_filters_and_shows_whose(client, officer, agency, other_agency):
    for body, text in ((agency, "Của nhà?"), (other_agency, "Của người?")):
        Question.objects.create(agency=body, clause="7.5.3", order="07.05.03", text=text)
    client.force_login(officer)
    html = client.get(reverse("questions:index"), {"q": "cua"}).content.decode()
    assert "Của nhà?" in html and "Của người?" not in html
    html = client.get(reverse("questions:index"), {"chapter": "8", "whose": "own"}).content.decode()
    assert "Của nhà?" not in html


def test_a_dry_run_takes_the_same_queries_whatever_its_length(django_assert_num_queries, agency):
    rows = [taking.Row(line=n, clause="4.1", text=f"Câu {n}?", given=["clause", "text"]) for n in range(300)]  # fmt: skip
    with django_assert_num_queries(3):
        taking.check(agency, rows)


def test_the_bank_holds_so_many(officer, agency, monkeypatch):
    monkeypatch.setattr(lifecycle, "MOST", 1)
    lifecycle.save_question(Question(agency=agency, clause="4.1", text="Một?"), by=officer)
    with pytest.raises(Refused, match="nhiều nhất"):
        lifecycle.save_question(Question(agency=agency, clause="4.1", text="Hai?"), by=officer)


@pytest.mark.pure
def test_letters_of_columns():
    assert [sheets_of.letter(n) for n in (0, 25, 26, 39)] == ["A", "Z", "AA", "AN"]
