"""A shared record as a PDF, in memory only. Nothing about anybody stands in the file's own properties."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

import plan
from plan.problems import PlanProblem
from plan.sharing.model import Line, Part, Summary

PLAIN, STRONG, MORE = "HearthsidePlan", "HearthsidePlanStrong", "HearthsidePlanMore"
_FILES = {
    PLAIN: "AtkinsonHyperlegibleNext-Regular.ttf",
    STRONG: "AtkinsonHyperlegibleNext-SemiBold.ttf",
    MORE: "InterPaper-Regular.ttf",
}
_INK, _QUIET, _RULE = HexColor("#1d1a17"), HexColor("#5b534b"), HexColor("#9a9088")
_MARGIN = 54.0
_UNDRAWABLE = "\u00b7"
_MISSING = "The letters for papers are missing from this installation."


@cache
def _letters() -> tuple[frozenset[int], frozenset[int]]:
    """Code points that our own typeface draws, and those of the second one. Raises PlanProblem without the files."""
    root = Path(plan.__file__).resolve().parents[1]
    places = [root / "assets" / "fonts", root / "app" / "assets" / "fonts"]
    folder = next((one for one in places if one.is_dir()), None)
    drawn = {}
    for name, file in _FILES.items():
        if folder is None or not (folder / file).is_file():
            raise PlanProblem(_MISSING)
        font = TTFont(name, str(folder / file))
        pdfmetrics.registerFont(font)
        drawn[name] = frozenset(font.face.charToGlyph)
    return drawn[PLAIN] & drawn[STRONG], drawn[MORE]


def draw(summary: Summary, until: str) -> bytes:
    """The whole PDF, US Letter. Raises PlanProblem where the typefaces are missing."""
    own, more = _letters()
    out = BytesIO()
    page = SimpleDocTemplate(
        out,
        pagesize=LETTER,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title="Hearthside",
        author="",
        lang="en",
        invariant=1,
    )
    font = PLAIN if all(ord(one) in own or one.isspace() for one in summary.name) else MORE
    drawn = "".join(one if ord(one) in own | more else _UNDRAWABLE for one in summary.name)

    def number(canvas: Canvas, _: SimpleDocTemplate) -> None:
        canvas.setFont(font, 9)
        canvas.setFillColor(_QUIET)
        canvas.drawRightString(LETTER[0] - _MARGIN, _MARGIN * 0.6, f"{drawn} · {canvas.getPageNumber()}")

    page.build(list(_flow(summary, until)), onLaterPages=number)
    return out.getvalue()


def _flow(summary: Summary, until: str) -> Iterator[Flowable]:
    yield _paragraph(summary.title, _style(STRONG, 16, after=4))
    yield _paragraph(summary.name, _style(STRONG, 13, after=2))
    for one in summary.about:
        yield _paragraph(one, _style(PLAIN, 10.5, after=1))
    for part in summary.parts:
        yield from _part(part)
    yield Spacer(1, 10)
    yield HRFlowable(width="100%", thickness=0.6, color=_RULE, spaceAfter=4)
    yield _paragraph(until, _style(PLAIN, 9, color=_QUIET))


def _part(part: Part) -> Iterator[Flowable]:
    """A heading never stands alone at the end of a page."""
    head = _paragraph(part.title, _style(STRONG, 12, before=8, after=3))
    blocks = [_line(one) for one in part.lines or (Line(part.empty),)]
    yield KeepTogether([head, *blocks[0]])
    for block in blocks[1:]:
        yield KeepTogether(block)


def _line(line: Line) -> list[Flowable]:
    body = _style(PLAIN, 10.5, after=2, left=9 if line.quoted else 0)
    text = f"\u201c{line.text}\u201d" if line.quoted else line.text
    found: list[Flowable] = []
    if text or line.label:
        joint = "<br/>" if "\n" in text else "&nbsp; " if text else ""
        label = f'<font name="{STRONG}">{_plain(line.label)}</font>{joint}' if line.label else ""
        found.append(Paragraph(label + _plain(text), body))
    if line.detail:
        found.append(_paragraph(line.detail, _style(PLAIN, 9, color=_QUIET, after=4, left=body.leftIndent)))
    return found


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(_plain(text), style)


def _plain(text: str) -> str:
    """Whatever was typed is drawn as it is: no tag in it means anything."""
    own, more = _letters()
    made = []
    for one in text:
        said = escape(one, quote=False) if one != "\n" else "<br/>"
        if ord(one) in own or one.isspace():
            made.append(said)
        else:
            made.append(f'<font name="{MORE}">{said}</font>' if ord(one) in more else _UNDRAWABLE)
    return "".join(made)


def _style(
    font: str, size: float, *, color: HexColor = _INK, before: float = 0, after: float = 0, left: float = 0
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
