"""Reads one Word file into a `Reading`: facts, content, pictures, counts and what to check."""

import datetime
import hashlib
import logging
import os
import pathlib
import re
import time
from collections.abc import Iterable
from typing import TypeAlias

from procedures import content as views
from procedures.content import legal
from procedures.content.schema import Content
from procedures.content.wording import dates, fold, words
from procedures.word import control, measure, naming, times
from procedures.word.assemble import Assembly, flatten
from procedures.word.container import Package, W, detect
from procedures.word.convert import to_docx
from procedures.word.errors import Refused, refuse
from procedures.word.hints import code_from_name, from_name, near_procedure_code, offices
from procedures.word.letters import letter_title
from procedures.word.line import note_mark
from procedures.word.model import Block, Paragraph, Run, Table, paragraphs_of
from procedures.word.outline import Outline, is_front_title
from procedures.word.reading import Picture, Reading
from procedures.word.signers import signature_block, signers_in
from procedures.word.styles import Styles
from procedures.word.walk import Walk

log = logging.getLogger(__name__)


Margin: TypeAlias = tuple[str, list[Block]]  # the part of a header or footer, and what it holds


def read(
    path_or_bytes: str | os.PathLike[str] | bytes | bytearray | memoryview,
    name: str = "",
    *,
    soffice: str | None = None,
    timeout: float = 60,
) -> Reading:
    """Reads a .docx, .docm, .dotx, or, through LibreOffice, a .doc, .odt or .rtf.

    `name` is the file's name for messages; `soffice` the LibreOffice program (found by itself without); `timeout` seconds
    for the conversion and again for the reading. Raises `Refused` where the file can't be taken, nothing else for any file.
    """
    if isinstance(path_or_bytes, (bytes, bytearray, memoryview)):
        data, name = bytes(path_or_bytes), name or "tài liệu"
    else:
        path = pathlib.Path(path_or_bytes)
        name = name or path.name
        data = path.read_bytes()
    format = detect(data, name)
    converted = format if format != "docx" else ""
    try:
        package = Package(
            to_docx(data, name, format, soffice=soffice, timeout=timeout) if converted else data,
            name,
        )
        reading = Reading(name, hashlib.sha256(data).hexdigest(), converted or package.format)
        _Reader(package, reading, time.monotonic() + timeout).fill()
    except Refused:
        raise
    except (RecursionError, MemoryError) as e:
        raise refuse("damaged", name, "cấu trúc lồng nhau quá sâu") from e
    except (
        Exception
    ) as e:  # broken XML finds ways nobody thought of; the message names the file, the others go on
        log.warning("could not read %s", name, exc_info=True)
        raise refuse("damaged", name, f"cấu trúc bên trong không hợp lệ: {type(e).__name__}") from e
    if converted:
        reading.warn(
            "converted",
            f"Tệp .{converted} đã được chuyển sang .docx bằng LibreOffice để đọc; hãy đối chiếu với bản gốc.",
            [converted],
        )
    return reading


class _Reader:
    def __init__(self, package: Package, reading: Reading, deadline: float) -> None:
        self.package, self.reading, self.deadline = package, reading, deadline

    def fill(self) -> None:
        """Walks the parts, understands them, and fills the reading."""
        r = self.reading
        self._walk()
        self.blocks = flatten(self.body)
        self.outline = Outline(self.blocks)
        self._control()
        content = self._content()
        r.content = content
        self._views(content)
        r.images = sum(len(p.images) for p in paragraphs_of(self.body)) + len(
            {i.sha256 for _, b in self.margins for p in paragraphs_of(b) for i in p.images}
        )
        r.pictures = {sha: Picture(*kept) for sha, kept in self.walk.pictures.items()}
        text = views.text_of(content)
        r.source_text = measure.source_text(
            self.package, self.walk.truly or (None if self.walk.decoded else set())
        )
        source = measure.characters(r.source_text)
        r.source_characters, r.kept_characters = source.total(), measure.kept(source, text)
        self._warnings()

    # the walk

    def _walk(self) -> None:
        styles_part, theme = (
            self.package.related(self.package.main, "styles"),
            self.package.related(self.package.main, "theme"),
        )
        styles = Styles(
            self.package.xml(styles_part) if styles_part else None,
            self.package.xml(theme) if theme else None,
        )
        self._walk_once(styles, set())
        truly = {kind for kind, (yes, no) in self.walk.votes.items() if yes and yes * 3 >= no}
        if truly:  # a document that truly holds legacy text: short words that read either way follow the rest
            self._walk_once(styles, truly)

    def _walk_once(self, styles: Styles, truly: set[str]) -> None:
        self.walk = walk = Walk(self.package, styles, truly, self.deadline)
        main = self.package.main
        root = self.package.xml(main)
        if root is None:
            raise refuse("damaged", self.package.name, "thiếu phần văn bản chính")
        body = root.find(W + "body")
        self.body = walk.part(main, body if body is not None else root)
        self.margins = [(p, walk.part(p)) for p in measure.shown_margins(self.package)]
        self.notes = self._notes()
        comments = self.package.related(main, "comments")
        self.comments = self._comments(comments) if comments else []

    def _notes(self) -> list[Block]:
        blocks: list[Block] = []
        for part_kind, kind in (("footnotes", "footnote"), ("endnotes", "endnote")):
            part = self.package.related(self.package.main, part_kind)
            root = self.package.xml(part) if part else None
            if part is None or root is None:
                continue
            found: dict[str, list[Block]] = {}
            for e in root:
                inner = self.walk.part(part, e)
                if any(not p.empty or p.images for p in paragraphs_of(inner)):
                    found[e.get(W + "id") or ""] = inner
            known = self.walk.notes[kind]
            for id_ in [i for i in known if i in found] + [i for i in found if i not in known]:
                inner = found[id_]
                first = next((p for p in inner if isinstance(p, Paragraph) and not p.empty), None)
                if first is not None and id_ in known:
                    first.runs = [
                        Run(note_mark(kind, known.index(id_) + 1) + " "),
                        *_lstrip(first.runs),
                    ]
                blocks += inner
        return blocks

    def _comments(self, part: str) -> list[Block]:
        blocks: list[Block] = []
        root = self.package.xml(part)
        for e in root if root is not None else ():
            inner = self.walk.part(part, e)
            first = next((p for p in inner if isinstance(p, Paragraph) and not p.empty), None)
            author = " ".join((e.get(W + "author") or "").split())
            if first is not None and author:
                first.runs = [Run(f"{author}: ", bold=True), *_lstrip(first.runs)]
            blocks += inner
        return blocks

    # facts

    def _control(self) -> None:
        r = self.reading
        start = (
            self.outline.start
            if any(t.level == 1 for t in self.outline.titles.values())
            else Assembly.front_end(self.blocks) or min(14, len(self.blocks))
        )
        self.front = self.blocks[:start]
        opening = measure.first_page_margins(
            self.package
        )  # what the cover shows counts before what later pages show
        shown = sorted(self.margins, key=lambda margin: margin[0] not in opening)
        heads = [(p, b) for p, b in shown if _is_header(self.package, p)]
        feet = [(p, b) for p, b in shown if not _is_header(self.package, p)]
        front = control.gather(
            control.Place(
                "front", [b for i, b in enumerate(self.front) if i not in self.outline.toc]
            )
        )
        self.places = [
            front,
            *(control.gather(control.Place(f"header:{p}", flatten(b))) for p, b in heads),
            *(control.gather(control.Place(f"footer:{p}", flatten(b))) for p, b in feet),
        ]
        if not any(
            p.facts for p in self.places
        ):  # a block that stands after the first title, or at the very end
            self.places.insert(
                1,
                control.gather(
                    control.Place("front", [b for b in self.blocks if isinstance(b, Table)][:3])
                ),
            )
        if not any(p.facts for p in self.places):
            self.places.append(control.gather(control.Place("end", self.blocks[-12:])))
        r.code = control.pick(self.places, "code", str) or ""
        own = control.places_of(self.places, r.code)
        r.issue_number = control.pick(own, "issue", int)
        r.revision_number = control.pick(own, "revision", int)
        r.issued_on = control.pick(own, "issued", datetime.date)
        r.effective_on = control.pick(own, "effective", datetime.date)
        self.letter = naming.letter_head([*self.blocks[:16], *self.front[16:40]])
        tail = naming.letter_head(self.blocks[-20:])
        if not r.code:
            r.code = control.standing_code(self.front[:20]) or next(
                (c for _, b in [*heads, *feet] if (c := control.standing_code(b))), ""
            )
        r.code = r.code or self.letter.get("number", "")
        if r.issued_on is None:
            r.issued_on = (
                self.letter.get("with_date") or self.letter.get("date") or tail.get("date")
            )
        r.effective_on = r.effective_on or _in_force_by_its_words(self.blocks)
        self._title_and_kind(heads)
        self._signers()
        self._agency(heads)
        nation = control.pick(self.places, "nation", str) or ""
        body = "\n".join(p.text for p in paragraphs_of(self.blocks))
        r.national_code, r.local_tail = (
            legal.national_code(nation)
            if nation
            else legal.national_code(near_procedure_code(body))
        )

    def _title_and_kind(self, heads: list[Margin]) -> None:
        r = self.reading
        front = [b for i, b in enumerate(self.front) if i not in self.outline.toc]
        first = front if self.front else self.blocks[:10]
        title, named = "", ""
        for blocks in [front, *(b for _, b in heads), first]:
            title, named = naming.find_title(blocks)
            if title:
                break
        labelled = self.places[0].first("title", str) or (
            None if title else control.pick(self.places, "title", str)
        )
        if labelled:
            named = named or naming.title_kind(labelled)
            title = (
                naming.bare_title(labelled)
                if named not in ("manual", "policy", "objectives", "form")
                else labelled
            )
        if not labelled and (not title or _PAPER_KINDS.match(words(title))):
            title = letter_title(self.blocks[:16]) or title
        if not title:
            title = (
                naming.headline(first)
                or next((t for _, b in heads if (t := naming.headline(b))), "")
                or naming.headline(self.blocks[:10])
            )
            named = named or naming.title_kind(title)
        if not title:
            title = from_name(r.name)
        r.title = " ".join(re.sub(r"[_.…]{4,}", " ", title).split())
        if named == "decision":
            named = (
                "regulation"
                if re.search(r"\b(quy che|quy dinh|noi quy|dieu le)\b", words(r.title))
                else ""
            )
            coded = "" if named else "other"
        else:
            coded = naming.code_kind(r.code)
        kinds = {t.kind for t in self.outline.titles.values() if t.level == 1}
        if named in ("manual", "policy", "objectives", "regulation", "procedure") and not (
            coded in ("form", "instruction") and named == "procedure" and "purpose" not in kinds
        ):
            r.kind = named
        elif coded:
            r.kind = coded
        elif named:
            r.kind = named
        else:
            r.kind = (
                "procedure"
                if {"purpose", "scope"} <= kinds and kinds & {"content", "records", "forms"}
                else "regulation"
                if self.outline.scheme == "article"
                else "other"
            )

    def _signers(self) -> None:
        r = self.reading
        r.signers = (
            signers_in(self.front)
            or signers_in(list(reversed([b for b in self.blocks if isinstance(b, Table)])))
            or signers_in([b for _, blocks in self.margins for b in blocks])
            or signers_in(self.blocks[-30:])
        )
        if r.kind == "form":
            r.signers = [s for s in r.signers if s["name"]]
        if not r.signers and r.kind != "form":
            end = len(self.blocks)
            annexes = [
                i for i, t in self.outline.titles.items() if t.level == 1 and t.style == "annex"
            ]
            for stop in (end, min(annexes, default=end)):
                r.signers = signature_block(self.blocks[:stop])
                if r.signers:
                    break
            if not r.signers:
                r.signers = signature_block(self.front)

    def _agency(self, heads: list[Margin]) -> None:
        none: list[tuple[str, bool]] = []
        lines = offices(self.front[:12]) or next((x for _, b in heads if (x := offices(b))), none)
        self.offices = [x for x, _ in lines]
        bold = [x for x, strong in lines if strong]
        self.reading.agency_name = (bold or self.offices or [""])[
            0 if bold or len(self.offices) < 2 else -1
        ]

    # content

    def _content(self) -> Content:
        r = self.reading
        assembly = Assembly(r.kind)
        sections = assembly.body(self.blocks, self.outline)
        seen: set[str] = set()
        for part, blocks in self.margins:
            texts = [p.text.strip() for p in paragraphs_of(blocks) if not p.empty]
            pictures = [i.sha256 for p in paragraphs_of(blocks) for i in p.images]
            if all(t in seen for t in [*texts, *pictures]):
                continue
            seen.update(texts, pictures)
            made = assembly.part(
                blocks,
                "margin",
                "ở đầu trang" if _is_header(self.package, part) else "ở chân trang",
            )
            sections += [made] if made else []
        for blocks, place, where in (
            (self.notes, "notes", "trong chú thích"),
            (self.comments, "comments", "trong nhận xét"),
        ):
            made = assembly.part(blocks, place, where)
            sections += [made] if made else []
        self.undescribed = assembly.undescribed
        return {"sections": sections}

    def _views(self, content: Content) -> None:
        r = self.reading
        r.steps, r.cases = views.steps(content), views.cases(content)
        r.records, r.forms, r.amendments = (
            views.records(content),
            views.forms(content),
            views.amendments(content),
        )
        if r.kind == "form":
            r.steps, r.cases = [], []
        text = "\n".join(
            views.section_text(s) for s in content["sections"] if s["place"] != "margin"
        )
        r.legal_basis = legal.cited(
            text,
            "\n".join(self.offices),
            (r.code, self.letter.get("number"), self.letter.get("with_number")),
        )

    # what to check

    def _other_documents(self) -> list[str]:
        """The codes of further control blocks of this kind that stand in the body: somebody put several documents into one file."""
        r = self.reading
        kinds = [t.kind for t in self.outline.titles.values() if t.level == 1]
        found: dict[str, str] = {}
        for block in (
            self.blocks[len(self.front) :]
            if r.code and max(kinds.count("purpose"), kinds.count("scope")) > 1
            else ()
        ):
            code = (
                control.gather(control.Place("body", [block])).first("code", str)
                if isinstance(block, Table)
                else None
            )
            if (
                code
                and naming.code_kind(code) == naming.code_kind(r.code)
                and not control.code_key(code).startswith(control.code_key(r.code))
            ):
                found.setdefault(control.code_key(code), code)
        return list(found.values())

    def _warnings(self) -> None:
        r, walk = self.reading, self.walk
        if not r.code:
            guess = code_from_name(r.name)
            r.warn(
                "missing_code",
                "Không tìm thấy mã hiệu trong văn bản."
                + (f" Tên tệp gợi ý mã “{guess}”." if guess else ""),
                [guess] if guess else [],
            )
        if r.issued_on is None:
            r.warn("missing_date", "Không tìm thấy ngày ban hành; văn bản được giữ là bản thảo.")
        r.warnings += control.conflicts(self.places, r.code)
        if others := self._other_documents():
            r.warn(
                "several_documents",
                f"Tệp có vẻ chứa hơn một tài liệu: {', '.join([r.code, *others])}. Nên tách mỗi tài liệu thành một tệp rồi nhập lại; nếu nhận, cả tệp thành một tài liệu.",
                [r.code, *others],
            )
        unknown = [
            f"{s['number']} {s['title']}".strip()
            for s in r.content["sections"]
            if s["place"] == "body"
            and s["kind"] == "other"
            and s["title"]
            and not _ATTACHED.match(fold(f"{s['number']} {s['title']}".strip()))
            and not is_front_title(s["title"])
        ]
        if unknown:
            r.warn(
                "unknown_section",
                "Phần chưa nhận ra loại, được giữ ở “nội dung khác”: " + "; ".join(unknown) + ".",
                unknown,
            )
        plain_steps = views.steps(r.content, fill=False) if r.kind != "form" else []
        body = "\n".join(
            views.section_text(s)
            for s in r.content["sections"]
            if s["place"] == "body" and s["kind"] in ("content", "other")
        )
        for over in times.excess(r.cases, plain_steps, body):
            r.warn(
                "steps_exceed_time_limit",
                f"Tổng thời gian các bước {over['total']} vượt thời hạn {over['limit']}"
                + (f" ({over['case']})." if over["case"] else "."),
                [over["case"], over["total"], over["limit"]],
            )
        if walk.decoded:
            names = {"tcvn3": "TCVN3 (.Vn…)", "vni": "VNI"}
            r.warn(
                "legacy_encoding",
                "Có chữ mã hóa cũ đã được chuyển sang Unicode: "
                + ", ".join(names[k] for k in walk.decoded)
                + "; hãy đọc soát lại.",
                list(walk.decoded),
            )
        r.tracked_changes = list(walk.changes)
        if r.tracked_changes:
            words_ = {
                "inserted": "thêm",
                "deleted": "xóa",
                "moved": "chuyển đến",
                "moved away": "chuyển đi",
            }
            r.warn(
                "tracked_changes",
                f"Văn bản còn {len(r.tracked_changes)} thay đổi được theo dõi; đã đọc như được chấp nhận tất cả.",
                [
                    f"{words_.get(c['kind'], c['kind'])}: {c['text'][:200]}"
                    for c in r.tracked_changes
                ],
            )
        if self.package.has_macros():
            r.warn(
                "macros_dropped",
                "Tệp có macro; macro không được giữ lại trong nội dung.",
                [self.package.format],
            )
        if self.undescribed:
            r.warn(
                "picture_without_description",
                f"{len(self.undescribed)} hình chưa có mô tả; đã tạm mô tả theo chú thích hoặc vị trí.",
                self.undescribed,
            )
        if walk.external:
            r.warn(
                "external_picture",
                "Hình được liên kết từ nơi khác, không nằm trong tệp và không được tải về.",
                sorted(set(walk.external)),
            )
        if walk.embedded:
            r.warn(
                "embedded_part",
                "Tệp nhúng một tài liệu khác chưa được đọc; hãy mở bằng Word và dán nội dung đó vào văn bản.",
                walk.embedded,
            )


# helpers

_PAPER_KINDS = re.compile(
    r"(?:quyet dinh|quy trinh|quy che|quy dinh|huong dan|bien ban|thong bao|ke hoach)$"
)
_ATTACHED = re.compile(
    r"(phu luc|mau|noi dung mau|to khai|don|phieu|bien ban|giay|so|danh sach|bang|huong dan ghi|thong bao|quyet dinh|bieu)\b"
)


def _in_force_by_its_words(blocks: list[Block]) -> datetime.date | None:
    """ "Quyết định này có hiệu lực từ ngày …": a document that says so in a sentence of its own."""
    for p in paragraphs_of(blocks):
        m = re.search(
            r"\b(?:quyet dinh|quy che|quy dinh|quy trinh|noi quy|huong dan|van ban|chinh sach)(?: nay)? co hieu luc (?:thi hanh )?(?:ke )?tu(?: ngay)?\b",
            fold(p.text),
        )
        if m and (found := dates(p.text[m.end() : m.end() + 40])):
            return found[0]
    return None


def _lstrip(runs: Iterable[Run]) -> list[Run]:
    out = list(runs)
    while out and not out[0].text.strip():
        out.pop(0)
    if out:
        out[0] = Run(out[0].text.lstrip(), *out[0].look())
    return out


def _is_header(package: Package, part: str) -> bool:
    return "header" in package.content_type(part) or "header" in part.rsplit("/", 1)[-1].lower()
