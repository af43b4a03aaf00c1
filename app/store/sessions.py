"""The sign-in at the plan. Tokens lie in the encrypted store only."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from app.store.quick import Quick
from app.store.tables import Session, table_of
from app.store.times import find_time, to_text

_session = table_of(Session)
_FIND = Quick(select(_session))
"""Read before each request."""
_NAMES = tuple(column.name for column in _session.c if column.name not in ("id", "expires_at"))


@dataclass(frozen=True, slots=True)
class SignInRow:
    """Tokens stay out of repr. `ended`: the plan refused the refresh; "Sign in to send 3 visits"."""

    plan_url: str
    token_endpoint: str
    revocation_endpoint: str | None
    client_id: str
    user_reference: str
    user_name: str
    role: str
    access_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    ended: bool = False


def save(connection: Connection, sign_in: SignInRow) -> None:
    """Store or replace the one sign-in."""
    values = asdict(sign_in) | {"id": 1, "expires_at": _find_text(sign_in.expires_at)}
    statement = insert(_session).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def find(connection: Connection) -> SignInRow | None:
    """None before the first sign-in."""
    row = _FIND.one_or_none(connection)
    if row is None:
        return None
    values = {name: getattr(row, name) for name in _NAMES}
    return SignInRow(**values, expires_at=find_time(row.expires_at))


def put_tokens(
    connection: Connection,
    access_token: str,
    refresh_token: str | None,
    expires_at: datetime | None,
    spent: str | None,
) -> bool:
    """After a refresh; None keeps the old refresh token (a server that does not rotate). Clears `ended`.

    False, with nothing done, when the sign-in is no longer the one whose refresh token was `spent`.
    """
    values: dict[str, object] = {
        "access_token": access_token,
        "expires_at": _find_text(expires_at),
        "ended": False,
    }
    if refresh_token is not None:
        values["refresh_token"] = refresh_token
    return _change(connection, spent, values)


def end(connection: Connection, spent: str | None) -> bool:
    """The plan no longer accepts it. Nothing else is touched (F19, F26).

    False, with nothing done, when somebody signed in anew meanwhile: `spent` is the refresh token that was refused.
    """
    return _change(connection, spent, {"ended": True, "access_token": None})


def sign_out(connection: Connection) -> None:
    """The user signed out: tokens go, who she is and which plan stays, and so does everything she wrote (F07)."""
    values: dict[str, object] = {
        "ended": True,
        "access_token": None,
        "refresh_token": None,
        "expires_at": None,
    }
    connection.execute(update(_session).values(**values))


def _change(connection: Connection, spent: str | None, values: dict[str, object]) -> bool:
    same = _session.c.refresh_token.is_not_distinct_from(spent)
    return bool(connection.execute(update(_session).where(same).values(**values)).rowcount)


def _find_text(at: datetime | None) -> str | None:
    return None if at is None else to_text(at)
