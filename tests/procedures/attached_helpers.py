"""Helpers of the tests of the text inside files."""

from procedures.derived import file_texts
from procedures.models import FileText
from qms import access
from search import api
from search.queue import pending
from tests.conftest import content

State = FileText.State
LONG = content(
    "Nội dung riêng của tài liệu này nói về việc khác hẳn, đủ dài để tự nó có nghĩa. " * 5
)


def read_now():
    number = file_texts.read_waiting()
    pending.flush()
    return number


def found(text, user=None, **more):
    tokens = access.tokens_for(user) if user else frozenset({"public"})
    return api.find(text, tokens=tokens, **more).hits
