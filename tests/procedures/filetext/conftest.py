import os

import pytest

from procedures.filetext.recognise import Recogniser


def needs_tesseract():
    """Skips if Tesseract with Vietnamese is not installed; in CI that is a failure."""
    if not Recogniser().able:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "Tesseract with Vietnamese (tesseract-ocr-vie) is not installed"
        )


@pytest.fixture
def tesseract():
    needs_tesseract()
