"""A case to learn from as one page."""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import KeepInFrame, Paragraph, SimpleDocTemplate, Spacer

from plan.programmes.case import Case

_MARGIN = 54
_TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=16, leading=20, spaceAfter=6)
_TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=10, leading=13, spaceAfter=3)
_SMALL = ParagraphStyle("small", fontName="Helvetica", fontSize=8, leading=10, spaceBefore=8)
NOTE = (
    "Made from coded facts only: no name, number, date, place or word that anybody said. Days are counted from the "
    "first one told of, ages are bands. Who knew this person may still know who it is: share it with care."
)
QUESTIONS = (
    "What went well here?",
    "What would you have done earlier, or left out?",
    "What did the person want, and how do we know?",
)


def draw_case(case: Case) -> bytes:
    """The page as PDF. However long the course is, it is made to fit one page."""
    parts = [Paragraph("A case to learn from", _TITLE), Paragraph(escape(case.who), _TEXT), Spacer(1, 6)]
    for day, lines in case.course:
        parts.append(Paragraph(f"<b>Day {day}.</b> {escape(' '.join(lines))}", _TEXT))
    parts += [Spacer(1, 6), Paragraph("<b>To talk about</b>", _TEXT)]
    parts += [Paragraph(f"• {escape(one)}", _TEXT) for one in QUESTIONS]
    parts.append(Paragraph(NOTE, _SMALL))
    out = io.BytesIO()
    page = SimpleDocTemplate(
        out,
        pagesize=LETTER,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title="A case to learn from",
        author="",
        invariant=1,  # no time of making in it
    )
    width, height = LETTER[0] - 2 * _MARGIN - 12, LETTER[1] - 2 * _MARGIN - 12
    page.build([KeepInFrame(width, height, parts, mode="shrink")])
    return out.getvalue()
