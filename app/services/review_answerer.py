"""Who answers a question about a visit: the nurse who made it, or who has the person after her."""

from __future__ import annotations

from sqlalchemy import Connection

from app.domain.visit import PersonRef
from app.sync.team_board import read_word


def find_answerer(connection: Connection, patient_id: str, author: PersonRef) -> PersonRef:
    """By the newest team board that is here. Without one, or where nobody of the team has the person: the author.

    A nurse who has left the person gets nothing of that person on her tablet any more, so no question either.
    """
    word = read_word(connection)
    having = [one for one in word.nurses if patient_id in one.people] if word is not None else []
    if not having or any(one.reference == author.reference for one in having):
        return author
    return PersonRef(having[0].reference, having[0].name)
