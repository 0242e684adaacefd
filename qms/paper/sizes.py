"""Sizes of Decree 30/2020/NĐ-CP, Annex I, Chapter I, shared by both file formats. Millimetres and
points."""

PAPER = (210, 297)
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15  # allowed: 20-25, 20-25, 30-35, 15-20
TEXT_WIDTH = PAPER[0] - LEFT - RIGHT
LEFT_CELL = 67  # share of the heading for the agency; the motto gets the rest
RIGHT_CELL = TEXT_WIDTH - LEFT_CELL
FONT = "Times New Roman"

HEADING = 12  # motto's first line and the agency: 12-13
MOTTO = 13  # its second line: 13-14
NUMBER = 13
PLACE = 13  # italic, 13-14
TITLE = 14  # kind and title: 13-14 bold
BODY = 13  # 13-14
CELL = 12  # of tables; the decree is silent
SIGNER = 13  # 13-14 bold
RECIPIENTS_LABEL = 12  # bold italic
RECIPIENTS = 11
MARK = 10
PAGE_NUMBER = 13  # centred in the top margin, none on the first page
INDENT = 10  # of a first line: 10 or 12.7
GAP = 6  # points between paragraphs: at least 6

# Advance widths of Times, in thousandths of the size: for rules as long as a line of text.
_NARROW = {
    " ": 250,
    "-": 333,
    ",": 250,
    ".": 250,
    "i": 278,
    "j": 333,
    "l": 278,
    "t": 333,
    "r": 444,
    "f": 333,
}
_SMALL, _DIGIT, _LARGE = 530, 500, 725


def width_mm(text: str, size: float) -> float:
    """The approximate width of a bold line of this size."""
    letters = (
        _NARROW.get(one) or (_LARGE if one.isupper() else _DIGIT if one.isdigit() else _SMALL)
        for one in text
    )
    return sum(letters) / 1000 * size * 25.4 / 72
