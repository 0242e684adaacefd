"""The order of a Vietnamese dictionary. Pure Python, no Django."""

from qms.text.marks import composed, decomposed, without_long_runs

TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền hỏi ngã sắc nặng, the order of dictionaries


def sort_key(text: str) -> tuple[list[tuple[int, int]], list[int], str]:
    """Sort key in the order of a Vietnamese dictionary: a ă â b c d đ e ê … by letter, then by
    tone."""
    letters, tones = [], []
    for char in composed(without_long_runs(text)).lower():
        parts = decomposed(char)
        base, marks = parts[0], parts[1:]
        shape = (
            1
            if char == "đ"
            else next((i for i, m in enumerate("\u0306\u0302\u031b", 1) if m in marks), 0)
        )
        base = "d" if char == "đ" else base
        letters.append((ord(base), shape))
        tones.append(next((TONES.index(m) + 1 for m in marks if m in TONES), 0))
    return letters, tones, text
