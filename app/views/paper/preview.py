"""What the paper says, word for word, before anything leaves."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.paper.model import LINE, Piece, Section, Sheet
from app.views import theme
from app.views.widgets.base import card, group, muted, stack, words
from app.views.wording import paper as said


def preview(sheet: Sheet) -> ft.Control:
    """The settled paper on a sheet of its own."""
    parts: list[ft.Control] = [
        words(sheet.title, 20, strong=True),
        *(words(line, 15) for line in sheet.about),
    ]
    for section in sheet.sections:
        parts += _section(section)
    if not sheet.pieces:
        parts.append(muted(tr(said.NOTHING_THERE), 16))
    parts.append(ft.Divider(height=theme.S4, color=ft.Colors.OUTLINE_VARIANT))
    parts += [muted(line, 13) for line in sheet.foot]
    page = card(stack(parts, spacing=theme.S2), color=ft.Colors.SURFACE_CONTAINER_LOWEST, padding=theme.S6)
    return group(tr(said.PREVIEW), [page], icon=ft.Icons.VISIBILITY_OUTLINED)


def _section(section: Section) -> list[ft.Control]:
    head = [ft.Container(height=theme.S1), words(section.title, 17, strong=True)] if section.title else []
    return [*head, *(line for piece in section.pieces for line in _piece(piece))]


def _piece(piece: Piece) -> list[ft.Control]:
    text = LINE if piece.blank else f"\u201c{piece.text}\u201d" if piece.quoted else piece.text
    found: list[ft.Control] = []
    if piece.label and "\n" not in text:
        found.append(_labelled(piece.label, text))
    else:
        found += [words(piece.label, 16, strong=True)] if piece.label else []
        found += [words(text, 16)] if text else []
    return [*found, muted(piece.detail, 14)] if piece.detail else found


def _labelled(label: str, text: str) -> ft.Control:
    """As on the page: what it is and what is said of it, in one line."""
    line = words("", 16)
    line.spans = [
        ft.TextSpan(f"{label}  ", style=theme.style(16, strong=True, color=ft.Colors.ON_SURFACE)),
        ft.TextSpan(text, style=theme.style(16, color=ft.Colors.ON_SURFACE)),
    ]
    return line
