"""Labels of control blocks ("Mã hiệu:", "Lần ban hành:") and their values in the same line."""

import re

from procedures.content.wording import fold

# Labels, folded. Order matters: longer labels first.
LABELS = (
    (
        "both",
        r"lan\s*(?:ban hanh|bh|phat hanh)\s*[/,&-]\s*(?:lan\s*)?(?:sua doi|sd|soat xet)|(?:so\s*)?(?:ban hanh|bh)\s*/\s*(?:sua doi|sd)",
    ),
    (
        "both",
        r"lan\s*(?:bh|ban hanh)\s*/\s*sd|phien ban\s*/\s*(?:lan\s*)?(?:sua doi|sd|soat xet|cap nhat)",
    ),
    (
        "dated",
        r"(?:so\s*)?lan\s*(?:ban hanh|bh|phat hanh)\s*[/,&-]\s*ngay\s*(?:ban hanh|bh|phat hanh)",
    ),
    ("dates", r"ngay\s*(?:ban hanh|bh)\s*[/,&-]\s*(?:ngay\s*)?(?:sua doi|sd)"),
    (
        "revision",
        r"(?:so\s*)?lan\s*(?:sua doi|sd|soat xet|chinh sua|hieu chinh|cap nhat)(?:\s*thu)?|sua(?: doi)?\s*lan(?:\s*thu)?|soat xet\s*lan|so\s*sua doi|tinh trang sua doi|sua doi(?=\s*:)|soat xet(?=\s*:\s*\d)|(?:revision|rev)\.?(?: no\.?| number)?(?=\s*(?::|$))",
    ),
    (
        "issue",
        r"lan\s*(?:ban hanh|bh|phat hanh)(?:\s*thu)?|ban hanh\s*lan(?:\s*thu)?|phat hanh\s*lan(?:\s*thu)?|so\s*ban hanh|so\s*lan\s*ban hanh|phien ban(?:\s*so)?|ban hanh(?=\s*:\s*(?:lan|0?\d\s*$|0?\d\s*[^\s\d/.-]))|lan\s*thu(?=\s*(?:\d|nhat|hai|ba))|(?<![a-z])lan(?=\s*:)|lan in|(?:issue|version|edition)(?: no\.?| number)?(?=\s*(?::|$))",
    ),
    (
        "effective",
        r"ngay\s*(?:co\s*|bat dau\s*)?(?:hieu luc|ap dung)(?:\s*(?:thi hanh|ke tu|tu)(?:\s*ngay)?)?|(?:co\s*)?hieu luc\s*(?:thi hanh\s*)?(?:ke\s*)?tu(?:\s*ngay)?|co hieu luc(?=\s*:)|hieu luc(?=\s*:)|ap dung\s*(?:ke\s*)?tu(?:\s*ngay)?|thoi gian hieu luc|thoi diem (?:co\s*)?hieu luc|hieu luc(?=\s+\d)|ngay\s*hl|effective\s*(?:date|from)",
    ),
    ("revised", r"ngay\s*(?:sua doi|sd|soat xet|cap nhat|chinh sua)"),
    (
        "issued",
        r"ngay\s*(?:ban hanh|bh|phat hanh|hieu ban hanh)|ngay\s*+(?:,\s*+)?thang(?:\s*+(?:,\s*+)?nam)?+\s*+ban hanh|ban hanh\s*ngay|ban hanh(?=\s*+:?+\s*+\d{1,2}\s*[/.-]\s*\d)|thoi gian ban hanh|ngay\s*ky ban hanh|(?:date of issue|issue date|issued(?: date| on)?)(?=\s*(?::|$))",
    ),
    (
        "title",
        r"ten\s*(?:quy trinh|tai lieu|van ban|bieu mau|huong dan|quy dinh|thu tuc|tttl)|(?:document |procedure )?title(?=\s*:)|(?:document|procedure) (?:title|name)(?=\s*$)",
    ),
    (
        "code",
        r"ma\s*(?:so\s*)?(?:hieu|quy trinh|tai lieu|van ban|bieu mau|(?:qt|tl)(?=\s*:))(?:\s*(?:tai lieu|quy trinh))?|ma\s*so(?:\s*(?:tai lieu|quy trinh|van ban))?|(?:so\s*)?ky\s*hieu(?:\s*(?:tai lieu|quy trinh|van ban))?|so\s*hieu(?:\s*(?:tai lieu|quy trinh))?|ma\s*hoa|(?<![a-z])ma(?=\s*:|\s+(?:qt|bm|hd|qc|cscl|mtcl|stcl)[\s.\-_/\d])|mau\s*so(?=\s*:)|(?:bieu mau|quy trinh|huong dan)(?=\s*:\s*(?:bm|mb|qt|hd)[a-z]{0,4}[\s.\-_/]*\d)|(?:document |doc\. ?|doc )?(?:code|number|no\.?)(?=\s*:)|(?:(?:document |doc\. ?|doc )(?:code|number|no\.?)|code)(?=\s*$)",
    ),
    (
        "pages",
        r"(?:so\s*|tong so\s*)?trang(?!\s+(?:thiet|phuc|tri|tin|bi|trai|suc|nghiem|vang))(?:\s*so|/\s*so trang)?|so\s*to",
    ),
    (
        "other",
        r"ban\s*so|ngay\s*phe duyet|nguoi\s*(?:giu|lap|nhan|soan thao|phe duyet|kiem tra)|noi\s*(?:nhan|ban hanh)|loai tai lieu|cap tai lieu|phan phoi|don vi(?=\s*:)|so ban|so luong|muc do|linh vuc",
    ),
    ("loose", r"date(?=\s*(?::|$))|ngay(?=\s*:|\s+\d{1,2}\s*[/.-])"),
    (
        "nation",
        r"ma\s*(?:so\s*)?(?:tthc|thu tuc hanh chinh|thu tuc)(?:\s*quoc gia)?|ma\s*dinh danh(?:\s*tthc)?",
    ),
)
# Any number of spaces between the words of a label.
_SPACED = [(name, re.sub(r" (?![*+?{])", " +", pattern)) for name, pattern in LABELS]
_ANY = re.compile(
    "|".join(
        f"(?P<{name}{i}>{pattern})" for i, (name, pattern) in enumerate(_SPACED[-1:] + _SPACED[:-1])
    )
)
# The translation after a label in bilingual control blocks: "Mã hiệu/Code:", "Lần ban hành
# (Issue No.):"
_ENGLISH = re.compile(
    r"(?:(?<!\s)\s++)?[/(]\s*+(?:(?:code|doc|document|no|number|issue|issued|date|effective|rev|revision|version|page|title|name|of|form)\b[. ]*+)+\)?"
)
_STARTS = re.compile(r"[\s:;.,|(\[\-–•*+]")


def label_at(folded: str, start: int = 0) -> tuple[str, int, int] | None:
    """The next label in a folded text as (field, start, end), or None."""
    for m in _ANY.finditer(folded, start):
        if m.start() > 0 and not _STARTS.match(folded[m.start() - 1]):
            continue
        following = folded[m.end() : m.end() + 1]
        if following and following.isalnum():
            continue
        return (m.lastgroup or "").rstrip("0123456789"), m.start(), m.end()
    return None


def leaves_gap(before: str) -> bool:
    """Whether the text before a label ends with a wide space or a separator."""
    bare = before.rstrip()
    gap = before[len(bare) :]
    return (
        len(gap) > 1
        or gap in {"\t", "\n"}
        or bare[-1:] in set(";|,.([–-")
        or bare[-1:] == "/"
        and bare[-2:-1].isspace()
    )


def _without_translations(text: str) -> str:
    """The text with English translations of labels blanked."""
    for m in _ENGLISH.finditer(fold(text)):
        text = text[: m.start()] + " " * (m.end() - m.start()) + text[m.end() :]
    return text


def labelled(text: str) -> list[tuple[str, str]]:
    """[(field, value)] of the labels in one line; a label must open the line or follow a gap or
    a separator."""
    if len(text) > 1000:  # prose, no control block
        return []
    text = _without_translations(text)
    folded = fold(text)
    found: list[tuple[str, int, int, bool]] = []
    at = 0
    while (hit := label_at(folded, at)) is not None:
        name, start, end = hit
        before = folded[:start]
        colon = re.match(r"\s*(?:\([^)]*\)\s*)?[:.：]", folded[end:])
        opens = not before.strip(" \t.-–•*+|") or leaves_gap(before) or (found and colon)
        if (
            name == "loose"
            and found
            and found[-1][0] in ("issue", "both", "revision")
            and re.search(r"\d\s*$", before)
        ):
            opens = True  # "lần 02 ngày 01/3/2024"
        if (
            found
            and found[0][1] == 0
            and len(text) < 120
            and name in ("issue", "both", "revision", "issued", "effective")
            and re.match(r"\s*\d", folded[end:])
        ):
            opens = True  # "Mã hiệu QT-01 ban hành lần 2 ngày 03/02/2025"
        in_a_title = (  # "Cấp mã số vùng trồng, mã số cơ sở đóng gói"
            name in ("code", "pages") and not colon and before.rstrip().endswith(",")
        )
        sounds_so = name == "pages" and re.search(r"tr[ạàảãắặ]ng", text[start:end].lower())
        if not in_a_title and not sounds_so and (opens or colon and len(text) < 160):
            found.append((name, start, end + (colon.end() if colon else 0), bool(colon)))
        at = end
    out: list[tuple[str, str]] = []
    for (name, _, end, _colon), following in zip(found, [*found[1:], None], strict=False):
        value = text[end : following[1] if following else len(text)]
        # A bare "Ngày:" next to the issue number
        if name == "loose" and out and out[-1][0] in ("issue", "both", "revision"):
            name = "issued" if any(n != "revision" for n, _ in out) else "revised"
        out.append((name, value.strip(" \t\n:;|,–-")))
    return out


def read_code(value: str) -> str:
    """The code at the start of a value; empty if it has no letter or is a blank to fill in."""
    value = value.split("\n")[0].split("\t")[0].strip(" .:;,|–-()[]")
    value = re.split(r"\s{3,}|\s*[;|]\s*|\s+(?=(?:Lần|LẦN|Ngày|NGÀY|Trang|TRANG)\b)", value)[
        0
    ].strip(" .:;,–-")
    if (
        not value
        or len(value) > 48
        or re.search(r"\.{3,}|…|_{3,}", value)
        or not re.search(r"[^\W\d_]", value)
    ):
        return ""
    return (
        value
        if len(value.split()) <= 5 and (re.search(r"\d", value) or value.upper() == value)
        else ""
    )
