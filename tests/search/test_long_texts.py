"""The functions over words and codes, with 300,000 characters of worst-case input for their
patterns."""

import contextlib
import signal

import pytest

from qms.text.alphabet import sort_key
from qms.text.codes import code_key
from qms.text.folding import fold as fold_name
from search.words import codes
from search.words.question import parse_question
from search.words.vietnamese import analyse, clean, fold

pytestmark = [pytest.mark.pure, pytest.mark.torture]
LENGTH = 300_000
SECONDS = 15  # of processor time, hundreds of times what a linear function needs
PIECES = ("a", "1", " ", "a&", "1-a", "1 ", "1/", "QĐ ", "so ", "phong ", "-a ", '"', '"a', "a\u0301", "00.", "\u0301\u0323", "\n-")  # fmt: skip


@contextlib.contextmanager
def bounded():
    """Interrupts calls that do not end."""

    def stop(signum, frame):
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize(
    "function",
    [
        analyse,
        clean,
        fold,
        parse_question,
        codes.asked_tokens,
        codes.asked_name,
        codes.whole,
        code_key,
        fold_name,
        sort_key,
    ],
    ids=lambda function: function.__name__,
)
def test_a_long_text_comes_to_an_end(function, piece):
    with bounded():
        function(piece * (LENGTH // len(piece)) + "\x01")


@pytest.mark.parametrize("piece", PIECES)
def test_the_codes_in_a_long_text_come_to_an_end(piece):
    text = clean(piece * (LENGTH // len(piece)))
    with bounded():
        codes.cited_tokens(text, analyse(text).shadow)
