"""A settled paper as PDF bytes, in memory only. Nothing about anybody stands in the file's own properties."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

from app.domain.on_paper import Paper
from app.errors import HearthsideError
from app.language import N_
from app.paper.letters import MORE, PLAIN, STRONG, Letters, load_letters
from app.paper.model import LINE, Piece, Section, Sheet

INK, QUIET, RULE = HexColor("#1d1a17"), HexColor("#5b534b"), HexColor("#9a9088")
MARGIN = 54.0
"""Points on every side: 3/4 inch."""
SIZES = {
    Paper.CLINICAL: (10.5,),
    Paper.FAMILY: (14.0,),
    Paper.FRIDGE: (22.0, 20.0, 18.0, 16.0, 14.0),
    Paper.OWN_WORDS: (18.0,),
}
"""Type in points. A page for the fridge is one page: the first size that fits is taken."""


BLANK_SIZE = 10.5
"""Type of a sheet that is filled in by hand."""


class DoesNotFit(HearthsideError):
    sentence = N_(
        "That is too much for one page that can be read from a step away. Please take something off."
    )


def draw(sheet: Sheet) -> bytes:
    """The whole PDF, US Letter. Raises DoesNotFit for a fridge page that would need small type, and NoTypeface."""
    letters = load_letters()
    sizes = SIZES[sheet.paper]
    for size in sizes:
        made, pages = _build(sheet, size, letters)
        if sheet.paper is not Paper.FRIDGE or pages == 1:
            return made
    raise DoesNotFit


def draw_blank(sheet: Sheet) -> bytes:
    """A sheet to be filled in by hand, in type of its own size, on as many pages as it takes. Raises NoTypeface."""
    return _build(sheet, BLANK_SIZE, load_letters())[0]


def _build(sheet: Sheet, size: float, letters: Letters) -> tuple[bytes, int]:
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=LETTER,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title="Hearthside",
        author="",
        lang=sheet.language,
        invariant=1,
    )
    name = sheet.about[0] if sheet.about else sheet.title
    runs = list(letters.runs(name))
    drawn, font = "".join(text for text, _ in runs), MORE if any(other for _, other in runs) else PLAIN

    def number(canvas: Canvas, _: SimpleDocTemplate) -> None:
        """Pages come apart: each later one says whose it is."""
        canvas.setFont(font, 9)
        canvas.setFillColor(QUIET)
        canvas.drawRightString(LETTER[0] - MARGIN, MARGIN * 0.6, f"{drawn} · {canvas.getPageNumber()}")

    document.build(list(_Page(sheet, size, letters).flow()), onLaterPages=number)
    return out.getvalue(), document.page


class _Page:
    def __init__(self, sheet: Sheet, size: float, letters: Letters) -> None:
        self._sheet, self._letters = sheet, letters
        self._size = size
        self._title = _style(STRONG, size * 1.55, after=size * 0.35)
        self._about = _style(PLAIN, size, after=size * 0.1)
        self._head = _style(STRONG, size * 1.15, before=size * 0.75, after=size * 0.3)
        self._body = _style(PLAIN, size, after=size * 0.25)
        self._quote = _style(PLAIN, size * 1.1, before=size * 0.5, left=size * 0.9)
        self._detail = _style(PLAIN, size * 0.86, color=QUIET, after=size * 0.4)
        self._quote_detail = _style(PLAIN, size * 0.8, color=QUIET, after=size * 0.6, left=size * 0.9)
        self._foot = _style(PLAIN, max(9.0, size * 0.6), color=QUIET)

    def flow(self) -> Iterator[Flowable]:
        yield self._paragraph(self._sheet.title, self._title)
        for line in self._sheet.about:
            yield self._paragraph(line, self._about)
        for section in self._sheet.sections:
            yield from self._section(section)
        yield Spacer(1, self._size)
        yield HRFlowable(width="100%", thickness=0.6, color=RULE, spaceAfter=4)
        for line in self._sheet.foot:
            yield self._paragraph(line, self._foot)

    def _section(self, section: Section) -> Iterator[Flowable]:
        """A heading never stands alone at the end of a page."""
        head = [self._paragraph(section.title, self._head)] if section.title else []
        blocks = [self._piece(piece) for piece in section.pieces]
        if not blocks:
            blocks = [[self._paragraph(section.empty, self._body)]]
        yield KeepTogether([*head, *blocks[0]])
        for block in blocks[1:]:
            yield KeepTogether(block)

    def _piece(self, piece: Piece) -> list[Flowable]:
        if piece.quoted:
            marked = f"\u201c{piece.text}\u201d"
            found = [self._paragraph(marked, self._quote)]
            return [*found, self._paragraph(piece.detail, self._quote_detail)] if piece.detail else found
        text = LINE if piece.blank else piece.text
        found = [self._paragraph(text, self._body, label=piece.label)]
        return [*found, self._paragraph(piece.detail, self._detail)] if piece.detail else found

    def _paragraph(self, text: str, style: ParagraphStyle, *, label: str = "") -> Paragraph:
        """Whatever was typed is drawn as it is: no tag in it means anything."""
        said = self._plain(text)
        if label:
            joint = "" if not text else "<br/>" if "\n" in text else "&nbsp; "
            said = f'<font name="{STRONG}">{self._plain(label)}</font>{joint}{said}'
        return Paragraph(said, style)

    def _plain(self, text: str) -> str:
        found = []
        for run, other in self._letters.runs(text):
            said = escape(run, quote=False).replace("\n", "<br/>")
            found.append(f'<font name="{MORE}">{said}</font>' if other else said)
        return "".join(found)


def _style(
    font: str,
    size: float,
    *,
    color: HexColor = INK,
    before: float = 0.0,
    after: float = 0.0,
    left: float = 0.0,
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}-{size}",
        fontName=font,
        fontSize=size,
        leading=size * 1.32,
        textColor=color,
        spaceBefore=before,
        spaceAfter=after,
        leftIndent=left,
    )
