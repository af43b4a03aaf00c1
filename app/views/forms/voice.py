"""How the person's own answers were given: by whom, in which language, through whom."""

from __future__ import annotations

from collections.abc import Mapping

from app.content.model import Instrument
from app.content.spoken import load
from app.domain.said import say_option
from app.domain.visit import Answer
from app.views.forms.shown import count_answered


def say_voice(instrument: Instrument, answers: Mapping[str, Answer]) -> str:
    """`Alone, on the tablet · Spanish · Interpreter, in person`; "" while nothing of it was said."""
    if instrument.voice is None:
        return ""
    asked = (instrument.voice.by, instrument.voice.language, instrument.voice.through)
    found = [(instrument.get_item(link_id), answers.get(link_id)) for link_id in asked]
    said = [say_option(item, str(one.value)) for item, one in found if one is not None and one.value]
    return " · ".join(said)


def own_answers(answers: Mapping[str, Answer]) -> str:
    """The same of the forms of a visit that hold the person's own answers: how they are given is none of them."""
    lines: list[str] = []
    for one in load().values():
        links = one.voice.links if one.voice is not None else frozenset()
        given = {link_id: answer for link_id, answer in answers.items() if link_id not in links}
        if one.voice is not None and count_answered([one], given, {}):
            lines.append(say_voice(one, answers))
    return "; ".join(filter(None, lines))
