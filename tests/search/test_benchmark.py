"""The command that measures the embedded engine on a generated corpus."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from search.meaning import embedding
from tests.search.meaning.conftest import model  # noqa: F401 - a fixture

pytestmark = [pytest.mark.pure, pytest.mark.django_db]
FEW = {"documents": 30, "agencies": 3, "questions": 5}


def test_it_measures_every_sort_of_question_by_words_and_by_meaning(model, monkeypatch, tmp_path):  # noqa: F811
    monkeypatch.setattr(embedding, "current", lambda: model)
    for _again in range(2):  # the second time with the index and the vectors of the first
        out = io.StringIO()
        call_command("bench_search", stdout=out, meaning=True, keep=tmp_path, **FEW)
    figures = json.loads(out.getvalue())
    assert "documents_per_second" not in figures
    for found in (figures, figures["meaning"]):
        assert {"typed", "unmarked", "common", "titles"} <= found.keys()
        assert 0 < found["typed"]["p50_ms"] <= found["typed"]["max_ms"]
    assert 0 < figures["meaning"]["vector_bytes_per_document"] < 1200


def test_without_a_model_it_says_so():
    with pytest.raises(CommandError, match="Không có mô hình"):
        call_command("bench_search", stdout=io.StringIO(), meaning=True, **FEW)
