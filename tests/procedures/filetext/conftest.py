import os

import pytest

from procedures.filetext.recognise import Recogniser


@pytest.fixture
def tesseract():
    """Skips where Tesseract with Vietnamese is not installed; in CI that is a failure."""
    if not Recogniser().able:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("Tesseract with Vietnamese (tesseract-ocr-vie) is not installed")
