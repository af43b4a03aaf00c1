"""What the prescriber will ask for: who it is about, code status, wishes, allergies, last doses, who ordered what."""

from __future__ import annotations

import flet as ft

from app.domain.code_status import GROUP as CODE_STATUS_GROUP
from app.domain.code_status import NOT_RECORDED, PREFIX, compose
from app.domain.code_status_entries import statement_of
from app.domain.conversation import ConversationVersion, has_conversation, what_stands
from app.domain.medicines import Line, as_taken, text_of
from app.domain.patient import FaceSheet
from app.domain.visit import VisitDraft
from app.language import tr
from app.services.models import PatientPage
from app.views import say, text, theme
from app.views.conversation.in_words import field_title, say_field
from app.views.env import now
from app.views.widgets.base import card, fact, group, stack
from app.views.wording import medicines as said
from app.views.wording.conversation import SPOKEN

WISH_FIELDS = ("conv-matters", "conv-hospital", "conv-accept", "conv-refuse", "conv-place-care")


def at_hand(
    page: PatientPage, lines: tuple[Line, ...], draft: VisitDraft | None, *, narrow: bool
) -> ft.Control:
    """`lines`: the medicines as this visit, or else the last one, found them."""
    width = 110 if narrow else 150
    sheet = page.sheet
    rows = [
        (tr(said.ADDRESS), _who(sheet)),
        (tr(said.CODE_STATUS), code_status(page, draft)),
        (tr(said.WISHES), wishes(page, draft)),
        (tr(said.ALLERGIES), _allergies(sheet)),
        (tr(said.LAST_DOSES), last_doses(lines)),
    ]
    if any(line.opioid is not None for line in lines):
        rows.append((tr(said.MME_SHORT), say_mme(lines)))
    ordered = ordered_by(page)
    if ordered:
        rows.append((tr(said.ORDERED_BY), ordered))
    facts = [fact(name, value, width=width) for name, value in rows]
    return group(tr(said.AT_HAND), [card(stack(facts, spacing=theme.S2))])


def _who(sheet: FaceSheet) -> str:
    born = sheet.patient.birth_on
    parts = [sheet.patient.display_name]
    parts += [f"{tr(text.BORN).lower()} {say.day(born)}"] if born is not None else []
    parts += [f"{tr(text.MEMBER_NUMBER).lower()} {sheet.member_number}"] if sheet.member_number else []
    return ", ".join(parts)


def _allergies(sheet: FaceSheet) -> str:
    if sheet.allergies is None:
        return tr(text.NOT_RECORDED)
    if not sheet.allergies:
        return tr(text.NO_KNOWN_ALLERGIES)
    return say.allergies(sheet.allergies).partition(": ")[2]


def say_mme(lines: tuple[Line, ...]) -> str:
    """The figure, and below it what is not in it, and why."""
    total = as_taken(lines)
    figure = said.figure(total)
    in_part = {one.name for one in total.counted}
    missing = [said.not_counted(one, in_part=one.name in in_part) for one in total.uncounted]
    return "\n".join((figure[:1].upper() + figure[1:], *missing))


def last_doses(lines: tuple[Line, ...]) -> str:
    """Only what somebody wrote down."""
    known = [(line.name, text_of(line.entry, "med-last")) for line in lines if line.is_taken]
    return "; ".join(f"{name}: {last}" for name, last in known if last) or tr(said.NO_DOSES)


def ordered_by(page: PatientPage) -> str:
    """Each prescriber's name once, in the order of the list."""
    names = (one.prescriber for one in page.parts.medicines.listed)
    return ", ".join(dict.fromkeys(name for name in names if name))


def code_status(page: PatientPage, draft: VisitDraft | None) -> str:
    """Never blank, and never a status that nobody recorded. What this visit wrote down counts too."""
    statements = list(page.parts.code_status)
    if draft is not None:
        entries = draft.entries.get(CODE_STATUS_GROUP, ())
        said_now = (statement_of(e, f"draft/{e.id}", draft.began_at, draft.nurse.name) for e in entries)
        statements += [one for one in said_now if one is not None]
    status = compose(statements, now().date(), SPOKEN)
    known = status.headline != NOT_RECORDED
    headline = tr(status.headline.removeprefix(PREFIX)) if known else tr(text.NOT_RECORDED)
    return "; ".join((headline[:1].upper() + headline[1:], *status.lines))


def wishes(page: PatientPage, draft: VisitDraft | None) -> str:
    """What holds now of what matters, hospital and what the person would go through; two sayings both stand."""
    versions = list(page.parts.conversation.versions)
    if draft is not None and has_conversation(draft.answers):
        known = tuple(one.id for one in versions)
        versions.append(ConversationVersion("draft", draft.id, now(), draft.nurse, draft.answers, saw=known))
    stands = {one.field.id: one for one in what_stands(versions, say_field)}
    found = [
        f"{field_title(one.field)}: " + " / ".join(dict.fromkeys(saying.text for saying in one.sayings))
        for link in WISH_FIELDS
        if (one := stands.get(link)) is not None
    ]
    found += [f"{one.title}: {one.text}" for one in page.parts.conversation.others[:3]]
    return "\n".join(found) or tr(said.NOTHING)


def moment_now() -> str:
    return now().isoformat(timespec="seconds")
