"""Authorization codes: one exchange within a minute, hashed at rest, and bound to client, redirect and challenge."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, update
from sqlmodel import Session, col

from plan.signin.tables import SignInCode
from plan.signin.tokens import begin_family, end_family, hash_secret


@dataclass(frozen=True)
class Code:
    """A code that is still good, as Authlib asks for it."""

    code_hash: str
    user_id: str
    client_id: str
    redirect_uri: str
    scope: str
    code_challenge: str
    code_challenge_method: str = "S256"

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


def save_code(
    connection: Connection,
    code: str,
    *,
    user_id: str,
    client_id: str,
    redirect_uri: str,
    scope: str,
    challenge: str,
    expires_ms: int,
) -> None:
    connection.execute(
        insert(SignInCode).values(
            code_hash=hash_secret(code),
            user_id=user_id,
            client_id=client_id,
            redirect_uri=redirect_uri,
            scope=scope,
            challenge=challenge,
            expires_ms=expires_ms,
        )
    )


def find_code(connection: Connection, code: str, client_id: str, now_ms: int) -> Code | None:
    """A code that can be exchanged. One that was exchanged before ends the sign-in it began: it was copied."""
    return _find(connection, hash_secret(code), client_id, now_ms)


def _find(connection: Connection, code_hash: str, client_id: str, now_ms: int) -> Code | None:
    with Session(connection) as session:
        row = session.get(SignInCode, code_hash)
    if row is None or row.client_id != client_id:
        return None
    if row.used_ms is not None:
        if row.family_id is not None:
            end_family(connection, row.family_id, now_ms)
        return None
    if row.expires_ms <= now_ms:
        return None
    return Code(row.code_hash, row.user_id, row.client_id, row.redirect_uri, row.scope, row.challenge)


def spend_code(connection: Connection, code: Code, now_ms: int) -> str | None:
    """Exchange a code for a new sign-in's id; None when somebody else was faster, whose sign-in then ends."""
    won = connection.execute(
        update(SignInCode)
        .where(
            col(SignInCode.code_hash) == code.code_hash,
            col(SignInCode.used_ms).is_(None),
            col(SignInCode.expires_ms) > now_ms,
        )
        .values(used_ms=now_ms)
    )
    if won.rowcount != 1:
        _find(connection, code.code_hash, code.client_id, now_ms)
        return None
    family_id = begin_family(connection, code.user_id, code.client_id, now_ms)
    mine = col(SignInCode.code_hash) == code.code_hash
    connection.execute(update(SignInCode).where(mine).values(family_id=family_id))
    return family_id
