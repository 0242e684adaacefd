"""Converts legacy letters (TCVN3, VNI) to Unicode; they are detected by font and by which decoding
makes sense."""

from typing import TypeAlias

from procedures.word import legacy
from procedures.word.styles import Look

Piece: TypeAlias = tuple[str, Look, str]  # a text, its look, its link target


class Decoding:
    """`truly`: encodings the document is known to use. `votes`: {encoding: [times it made sense,
    times it did not]}. `decoded`: {encoding: pieces of text decoded}. `whole`: the encoding of
    fonts whose names tell nothing."""

    def __init__(self, truly: set[str] | None = None, whole: str = "") -> None:
        self.truly, self.whole = truly or set(), whole
        self.votes: dict[str, list[int]] = {}
        self.decoded: dict[str, int] = {}
        self._fonts: dict[str, str] = {}

    def _font(self, name: str) -> str:
        if name not in self._fonts:
            self._fonts[name] = legacy.encoding_of(name) or self.whole
        return self._fonts[name]

    def texts(self, pieces: list[Piece]) -> list[str]:
        """The texts of the pieces, in Unicode. Adjacent pieces of one encoding are
        judged together."""
        texts = [t for t, _, _ in pieces]
        if self.whole == "utf8":
            return [self._repaired(t) for t in texts]
        fonts = [(look.font or "") for _, look, _ in pieces]
        kinds = [self._font(f) for f in fonts]
        i = 0 if any(kinds) else len(pieces)
        while i < len(pieces):
            kind = kinds[i]
            j = i
            while (
                kind
                and j < len(pieces)
                and kinds[j] == kind
                and legacy.really(texts[j], kind) is not False
            ):
                j += 1
            if j > i:
                self._decode(texts, fonts, kind, i, j)
            elif kind:
                self._vote(kind, False)
            i = max(j, i + 1)
        return texts

    def _decode(self, texts: list[str], fonts: list[str], kind: str, i: int, j: int) -> None:
        """Decodes texts[i:j] if they are of this encoding, or may be and the document is known to
        use it."""
        verdict = legacy.really("".join(texts[i:j]), kind)
        if verdict is not None:
            self._vote(kind, verdict)
        if not verdict and (verdict is not None or kind not in self.truly):
            return
        texts[i:j] = (
            _decode_together(texts[i:j])
            if kind == "vni"
            else [legacy.decode(text, kind) for text in texts[i:j]]
        )
        for n in range(i, j):
            if legacy.is_capital_face(fonts[n]):
                texts[n] = texts[n].upper()
        self.decoded[kind] = self.decoded.get(kind, 0) + 1

    def _repaired(self, text: str) -> str:
        right = legacy.repaired(text)
        if right != text:
            self.decoded["utf8"] = self.decoded.get("utf8", 0) + 1
        return right

    def _vote(self, kind: str, verdict: bool) -> None:
        self.votes.setdefault(kind, [0, 0])[0 if verdict else 1] += 1


def _decode_together(texts: list[str]) -> list[str]:
    """VNI separates a letter from its mark; if a run ends between them, all text goes to the
    first run."""
    joined = "".join(texts)
    whole = legacy.decode(joined, "vni")
    parts = [legacy.decode(t, "vni") for t in texts]
    return parts if "".join(parts) == whole else [whole] + [""] * (len(texts) - 1)
