"""Blank visit sheets, from the same content as the screens: for a day without a tablet. What is written on one is
copied into the app afterwards, with its own times, and the visit is marked "from paper".

Nothing private is asked on a sheet that lies about in a car: those questions stand on the tablet only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.content.model import Instrument, Item, ItemKind, Section
from app.content.visit_kinds import Kind
from app.domain.on_paper import Paper
from app.language import N_, tr
from app.paper.model import LINE, Piece, Sheet
from app.paper.model import Section as Block

TITLE = N_("Visit sheet: {kind}")
PERSON, BORN, MEMBER = N_("Person"), N_("Birth date"), N_("Member number")
NURSE, DATE = N_("Nurse"), N_("Date")
BEGAN, LEFT = N_("Began at"), N_("Ended at")
WHO, NOTE = N_("Who answered"), N_("Note")
YES, NO = N_("Yes"), N_("No")
FOOT = N_(
    "Not signed. Copy it into Hearthside as soon as you can, with these times, and mark it as copied from paper."
)
PRIVATE = N_("Private questions are not on this sheet. Ask them on a tablet, or tell your supervisor.")
ENTRIES = 3
"""How many entries of a list there is room for."""
LONG_LIST = 14
"""Options from which a list is not printed: it is written by hand."""
GAP = "\u00a0"
"""A space that neither breaks nor runs together with the next one."""
BOX = f"[{GAP * 4}]{GAP}"
APART = f"{GAP * 3} "


def make_blank(kind: Kind, content: Mapping[str, Instrument], sections: Iterable[Section]) -> Sheet:
    """The sheet of one kind of visit; `content` and `sections` in the language that is to be printed."""
    by_id = {one.id: one for one in sections}
    blocks = [_frame()]
    for opened in kind.open:
        section = by_id.get(opened.section)
        for name in (opened.forms or section.forms) if section is not None else ():
            instrument = content.get(name)
            if instrument is not None and instrument.switch is None:
                first = kind.find_first(name)
                items = [one for one in instrument.items if not first or one.link_id in first]
                block = _block(instrument, items)
                blocks += [block] if block.pieces else []
    blocks.append(Block("note", tr(NOTE), tuple(_lines("note", 4))))
    return Sheet(
        Paper.CLINICAL,
        "",
        tr(TITLE, kind=tr(kind.title)),
        sections=tuple(blocks),
        foot=(tr(FOOT), tr(PRIVATE)),
    )


def _frame() -> Block:
    labels = (PERSON, BORN, MEMBER, NURSE, DATE, BEGAN, LEFT, WHO)
    return Block("frame", "", tuple(Piece(f"frame-{n}", LINE, tr(one)) for n, one in enumerate(labels)))


def _block(instrument: Instrument, items: Iterable[Item]) -> Block:
    pieces = [piece for item in items for piece in _pieces(item)]
    foot = f"{instrument.attribution} {instrument.own_note}".strip()
    if foot and pieces:
        pieces.append(Piece(f"{instrument.id}-owner", "", detail=foot))
    return Block(instrument.id, instrument.name, tuple(pieces))


def _pieces(item: Item) -> list[Piece]:
    if item.hidden or item.private or item.switch is not None:
        return []
    if item.kind is ItemKind.GROUP:
        inner = [one for one in item.items if not one.more]
        asked = [
            piece for number in range(1, ENTRIES + 1) for one in inner for piece in _numbered(one, number)
        ]
        return [Piece(item.link_id, "", item.name), *asked]
    return [Piece(item.link_id, _answer(item), item.text or item.name, item.hint or "")]


def _numbered(item: Item, number: int) -> list[Piece]:
    return [
        Piece(f"{one.id}-{number}", one.text, f"{number}. {one.label}", one.detail if number == 1 else "")
        for one in _pieces(item)
    ]


def _answer(item: Item) -> str:
    """What can be marked or written."""
    if item.kind is ItemKind.NUMBER and item.maximum - item.minimum <= LONG_LIST:
        row = APART.join(str(number) for number in range(item.minimum, item.maximum + 1))
        if item.anchors is None:
            return row
        low, high = item.anchors
        return f"{row}\n{item.minimum} = {low}{APART}{item.maximum} = {high}"
    if item.kind is ItemKind.YES_NO:
        return f"{BOX}{tr(YES)}{APART}{BOX}{tr(NO)}"
    if item.kind in (ItemKind.CHOICE, ItemKind.CHOICES):
        offered = [one.display for one in item.options if one.offered]
        if len(offered) <= LONG_LIST:
            return APART.join(f"{BOX}{one}" for one in offered)
    if item.kind is ItemKind.QUANTITY and item.unit is not None:
        return f"{LINE} {item.unit.display}"
    return LINE if item.kind is not ItemKind.TEXT else f"{LINE}{LINE}"


def _lines(name: str, number: int) -> list[Piece]:
    return [Piece(f"{name}-{n}", LINE + LINE) for n in range(number)]
