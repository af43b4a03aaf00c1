"""A list that leaves: a page that says what it is, with the list attached, to be sealed as one PDF. In memory only."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from app.paper.letters import MORE, PLAIN, STRONG, load_letters


def make_parcel(title: str, lines: Sequence[str], name: str, data: bytes) -> bytes:
    """A PDF of one page with `data` attached under `name`. Not sealed yet. Raises NoTypeface."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(_cover(title, lines))))
    writer.add_attachment(name, data)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _cover(title: str, lines: Sequence[str]) -> bytes:
    letters = load_letters()

    def drawn(text: str) -> str:
        parts = (
            f'<font name="{MORE}">{escape(words)}</font>' if other else escape(words)
            for words, other in letters.runs(text)
        )
        return "".join(parts)

    out = BytesIO()
    head = ParagraphStyle("head", fontName=STRONG, fontSize=20, leading=26, spaceAfter=10)
    body = ParagraphStyle("body", fontName=PLAIN, fontSize=12, leading=17, spaceAfter=6)
    document = SimpleDocTemplate(out, pagesize=LETTER, title="Hearthside", author="", invariant=1)
    document.build(
        [Paragraph(drawn(title), head), Spacer(1, 6), *(Paragraph(drawn(line), body) for line in lines)]
    )
    return out.getvalue()
