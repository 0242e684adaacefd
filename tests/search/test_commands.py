"""The commands, their output and their refusals."""

import json
import os

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from qms.models import Agency
from search.bench import others
from search.bench.evaluation import measures
from search.queue import pending
from tests.search.conftest import entry


def run(capsys, *arguments, **options):
    call_command(*arguments, **options)
    return capsys.readouterr().out


def test_find_answers_as_nobody_and_as_a_user(things, capsys, officer, agency):
    things[1] = entry(
        "thing:1", "Đăng ký khai sinh", "Nộp <tờ khai>.", code="QT 01", agency_name="Sở Tư pháp"
    )
    things[2] = entry("thing:2", "Đăng ký khai sinh (dự thảo)", readers=(f"draft:{agency.pk}",))
    pending.rebuild()
    answer = json.loads(run(capsys, "find", "khai sinh", "--json"))
    assert (answer["query"], answer["total"], answer["did_you_mean"]) == ("khai sinh", 1, None)
    hit = answer["results"][0]
    assert set(hit) == {"kind", "code", "title", "agency", "url", "section", "snippet", "score"}
    assert (hit["kind"], hit["code"], hit["title"], hit["agency"]) == (
        "procedure",
        "QT 01",
        "Đăng ký khai sinh",
        "Sở Tư pháp",
    )
    assert (
        json.loads(run(capsys, "find", "khai sinh", "--json", user=officer.username))["total"] == 2
    )
    assert "1 kết quả" in run(capsys, "find", "khai sinh")


def test_find_knows_its_users(db):
    with pytest.raises(CommandError) as refusal:
        call_command("find", "x", user="nobody")
    assert refusal.value.returncode == 2


def test_rebuild_index_builds_what_is_missing_and_leaves_what_is_there(things, capsys, settings):
    things[1] = entry("thing:1", "Đăng ký khai sinh")
    assert "1 mục" in run(capsys, "rebuild_index")
    before = (settings.QMS_INDEX / "current").read_text()
    call_command("rebuild_index", only_if_needed=True, verbosity=0)
    assert (settings.QMS_INDEX / "current").read_text() == before


@pytest.fixture
def judged(tmp_path):
    """A folder with a corpus, questions and judgements."""
    rows = [
        ("d1", "Đăng ký khai sinh", "nộp tờ khai"),
        ("d2", "Đăng ký kết hôn", "hai bên có mặt"),
        ("d3", "Chứng thực bản sao", "xuất trình bản chính"),
    ]
    (tmp_path / "corpus.jsonl").write_text(
        "".join(json.dumps({"_id": i, "title": t, "text": x}) + "\n" for i, t, x in rows),
        encoding="utf-8",
    )
    asked = [("q1", "làm giấy khai sinh"), ("q2", "kết hôn cần ai có mặt"), ("q3", "chưa ai chấm")]
    (tmp_path / "queries.jsonl").write_text(
        "".join(json.dumps({"_id": i, "text": t}) + "\n" for i, t in asked), encoding="utf-8"
    )
    (tmp_path / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t2\nq2\td3\t0\n", encoding="utf-8"
    )
    return tmp_path


def test_evaluate_search_prints_the_measures(db, judged, capsys):
    result = json.loads(run(capsys, "evaluate_search", str(judged), "--json"))
    perfect = {"recall@1": 1.0, "recall@10": 1.0, "mrr@10": 1.0, "ndcg@10": 1.0}
    assert result == {"queries": 2, "typed": perfect, "unmarked": perfect}
    assert "mrr@10" in run(capsys, "evaluate_search", str(judged))


def test_evaluate_search_ranks_imported_files_drafts_included_by_their_names(
    things, judged, capsys
):
    things[1] = entry(
        "draft:1", "Đăng ký khai sinh", source="Khai sinh.docx", readers=("draft:1",), state="draft"
    )
    things[2] = entry("version:2", "Đăng ký kết hôn", source="2. Kết hôn.docx")
    things[3] = entry("version:3", "Không nhập từ tệp: kết hôn khai sinh")
    (judged / "qrels.tsv").write_text(
        "query-id\tfile\nq1\tKhai sinh\nq2\t2. Kết hôn.docx\n", encoding="utf-8"
    )
    result = json.loads(run(capsys, "evaluate_search", str(judged), "--imported", "--json"))
    assert (result["queries"], result["typed"]["mrr@10"]) == (2, 1.0)


@pytest.mark.parametrize("broken", ["queries.jsonl", "qrels.tsv", "corpus.jsonl"])
def test_evaluate_search_names_the_file_that_is_wrong(db, judged, broken):
    (judged / broken).unlink()
    with pytest.raises(CommandError, match=broken) as refusal:
        call_command("evaluate_search", str(judged))
    assert refusal.value.returncode == 2


def test_measures_are_those_of_the_book():
    found = measures(["a", "b", "c"], {"b": 1, "z": 1})
    assert (found["recall@1"], found["recall@10"], found["mrr@10"]) == (0.0, 0.5, 0.5)
    assert found["ndcg@10"] == pytest.approx(0.6309 / (1 + 0.6309), abs=1e-4)


@pytest.mark.pure
@pytest.mark.parametrize(("name", "mrr", "recall"), [("legal", 0.90, 0.97)])
def test_the_judged_sets_are_answered_as_well_as_promised(db, samples, capsys, name, mrr, recall):
    result = json.loads(run(capsys, "evaluate_search", str(samples / "retrieval" / name), "--json"))
    assert result["typed"]["mrr@10"] >= mrr
    assert result["typed"]["recall@10"] >= recall
    for measure in ("mrr@10", "recall@10"):
        assert result["unmarked"][measure] >= result["typed"][measure] - 0.01


@pytest.mark.pure
@pytest.mark.parametrize("command", ["evaluate_search", "rebuild_index"])
def test_a_server_that_is_away_is_one_line_and_exit_code_1(things, judged, settings, command):
    things[1] = entry("thing:1", "Đăng ký khai sinh")
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    arguments = [str(judged)] if command == "evaluate_search" else []
    with pytest.raises(CommandError, match="^Máy tìm kiếm không trả lời: .*$") as refusal:
        call_command(command, *arguments)
    assert (refusal.value.returncode, "\n" in str(refusal.value)) == (1, False)


def test_evaluate_search_reads_a_table_of_questions(things, tmp_path, capsys):
    agency = Agency.objects.create(code="STP", name="Sở Tư pháp")
    things[1] = entry("thing:1", "Đăng ký khai tử", code="QT.01", agency=agency.pk)
    table = tmp_path / "questions.tsv"
    table.write_text("# a remark\nkeywords\tSTP:QT.01\tkhai tử\n", encoding="utf-8")
    result = json.loads(run(capsys, "evaluate_search", str(table), "--json"))
    assert (result["queries"], result["typed"]["mrr@10"]) == (1, 1.0)
    table.write_text("khai tử\n", encoding="utf-8")
    with pytest.raises(CommandError, match="dòng 1"):
        call_command("evaluate_search", str(table))


def test_a_table_asks_a_corpus_and_its_ideas_are_weighed(db, judged, tmp_path, capsys):
    table = tmp_path / "questions.tsv"
    rows = [json.loads(row) for row in (judged / "corpus.jsonl").read_text("utf-8").splitlines()]
    table.write_text(f"keywords\t{rows[0]['_id']}\t{rows[0]['title']}\n", encoding="utf-8")
    asked = ["evaluate_search", str(table), "--corpus", str(judged)]
    assert json.loads(run(capsys, *asked, "--json"))["typed"]["mrr@10"] == 1.0
    worth = json.loads(run(capsys, *asked, "--ablations"))
    assert worth["everything"]["typed"] == {"mrr@10": 1.0}
    assert set(worth["initials of titles and headings"]["typed"]) == {"worth", "low", "high"}


def test_others_are_asked_the_same_questions_and_leave_nothing_behind(db, judged, capsys):
    pages = Page.objects.count()
    found = json.loads(run(capsys, "evaluate_search", str(judged), "--others"))
    engines = {"SQLite FTS5", "Wagtail"}
    if elasticsearch := os.environ.get("ELASTICSEARCH_TEST_URL"):
        engines |= {"Elasticsearch, standard", "Elasticsearch, asciifolding"}
        assert found.pop("same ten") == {"typed": 1.0, "unmarked": 1.0}
    assert set(found) == {"product"} | engines
    assert all(found[name]["typed"]["mrr@10"] > 0.5 for name in found), elasticsearch
    assert Page.objects.count() == pages
    assert [
        field.field_name for field in Page.search_fields if "compared" in field.field_name
    ] == []


def test_an_engine_that_takes_too_long_is_given_up(db, judged, capsys, monkeypatch):
    monkeypatch.setattr(others, "PATIENCE", -1)
    found = json.loads(run(capsys, "evaluate_search", str(judged), "--others"))
    assert found["Wagtail"] == {"given_up_after_s": -1}
    assert found["product"]["typed"]["mrr@10"] == 1.0
