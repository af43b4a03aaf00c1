"""Access and refresh tokens: made, found, exchanged, ended. What lies in the database opens nothing by itself."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlmodel import Session, col

from plan.fhir.stamps import clock_ms
from plan.principal import Principal
from plan.problems import PlanProblem
from plan.settings import PlanSettings
from plan.signin.drain import SignInDrain, find_drain, may_go_on
from plan.signin.sealing import open_sealed, seal
from plan.signin.tables import SignInCode, SignInFamily, SignInToken
from plan.users import User, find_user_by_id, get_user

ACCESS, REFRESH = "access", "refresh"
FHIR_SCOPE = "user/*.cruds"
OPERATOR_CLIENT = "hearthside-plan-token"
LONGEST_MINUTES = 24 * 60

_DAY_MS = 86_400_000


@dataclass(frozen=True)
class TokenPair:
    """Tokens as the device gets them, once. `expires_in` is seconds."""

    access_token: str
    refresh_token: str | None
    expires_in: int
    scope: str


def make_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """How a code or token is kept. A plain SHA-256 does: nobody guesses 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def find_principal(connection: Connection, token: str, now_ms: int | None = None) -> Principal | None:
    """The user of an access token; None when it is unknown, expired, ended, or she is disabled.

    A sign-in that was withdrawn says until when it may still drain (`plan.signin.drain`), and is none after that.
    """
    now = clock_ms() if now_ms is None else now_ms
    statement = (
        select(
            col(User.id),
            col(User.username),
            col(User.role),
            col(User.practitioner_id),
            col(User.team_id),
            col(SignInToken.scope),
            col(SignInToken.family_id),
            col(SignInDrain.until_ms),
        )
        .join(SignInFamily, col(SignInFamily.id) == col(SignInToken.family_id))
        .join(User, col(User.id) == col(SignInFamily.user_id))
        .outerjoin(SignInDrain, col(SignInDrain.family_id) == col(SignInFamily.id))
        .where(
            col(SignInToken.token_hash) == hash_secret(token),
            col(SignInToken.kind) == ACCESS,
            col(SignInToken.expires_ms) > now,
            col(SignInFamily.ended_ms).is_(None),
            may_go_on(now),
        )
    )
    row = connection.execute(statement).first()
    if row is None:
        return None
    return Principal(
        row.id,
        row.username,
        row.role,
        row.practitioner_id,
        row.team_id,
        frozenset(row.scope.split()),
        row.family_id,
        row.until_ms,
    )


def find_token(connection: Connection, token: str) -> SignInToken | None:
    """The row of a token, spent and ended ones included."""
    with Session(connection) as session:
        return session.get(SignInToken, hash_secret(token))


def make_token(connection: Connection, username: str, minutes: int) -> str:
    """A short-lived access token for somebody who has the database at hand. Inside `write_transaction`.

    Raises PlanProblem for an unknown or disabled user, or minutes out of bounds.
    """
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise PlanProblem(f"A token lives 1 to {LONGEST_MINUTES} minutes.")
    user = get_user(connection, username)
    if user.disabled:
        raise PlanProblem(f'The user "{user.username}" is disabled.')
    now_ms = clock_ms()
    family_id = begin_family(connection, user.id, OPERATOR_CLIENT, now_ms)
    token = make_secret()
    _store(connection, token, ACCESS, family_id, FHIR_SCOPE, now_ms + minutes * 60_000)
    return token


def begin_family(connection: Connection, user_id: str, client_id: str, now_ms: int) -> str:
    """Start a sign-in. Old rows that nobody can use any more are swept out on the way."""
    _sweep(connection, now_ms)
    family_id = str(uuid.uuid4())
    values = {"id": family_id, "user_id": user_id, "client_id": client_id, "began_ms": now_ms}
    connection.execute(insert(SignInFamily).values(**values))
    return family_id


def end_family(connection: Connection, family_id: str, now_ms: int) -> None:
    """End a sign-in: none of its tokens is good any more."""
    open_one = (col(SignInFamily.id) == family_id, col(SignInFamily.ended_ms).is_(None))
    connection.execute(update(SignInFamily).where(*open_one).values(ended_ms=now_ms))


def end_token(connection: Connection, row: SignInToken, now_ms: int) -> None:
    """Revoke: a refresh token takes its whole sign-in with it, an access token only itself."""
    if row.kind == REFRESH:
        end_family(connection, row.family_id, now_ms)
    else:
        found = col(SignInToken.token_hash) == row.token_hash
        connection.execute(update(SignInToken).where(found).values(expires_ms=0))


def issue_pair(
    connection: Connection,
    family_id: str,
    scope: str,
    settings: PlanSettings,
    now_ms: int,
    *,
    pair: TokenPair | None = None,
    parent_hash: str | None = None,
) -> TokenPair:
    """Store a new pair and return it; the refresh token only for a sign-in with `offline_access`."""
    made = pair or new_pair(scope, settings)
    _store(connection, made.access_token, ACCESS, family_id, scope, now_ms + made.expires_in * 1000)
    if made.refresh_token is not None:
        expires_ms = now_ms + settings.refresh_token_seconds * 1000
        _store(connection, made.refresh_token, REFRESH, family_id, scope, expires_ms, parent_hash)
    return made


def new_pair(scope: str, settings: PlanSettings) -> TokenPair:
    refresh = make_secret() if "offline_access" in scope.split() else None
    return TokenPair(make_secret(), refresh, settings.access_token_seconds, scope)


def rotate(
    connection: Connection, presented: str, scope: str | None, settings: PlanSettings, now_ms: int
) -> tuple[User, TokenPair] | None:
    """Exchange a refresh token for its successors. Inside `write_transaction`, which must commit on None too.

    One compare-and-set UPDATE decides who exchanged it. The one that was just exchanged gives the same successors
    for `refresh_grace_seconds`, since an answer may have been lost; any other spent token was copied, and ends the
    sign-in. None: the token is good for nothing (any more).
    """
    row = find_token(connection, presented)
    if row is None or row.kind != REFRESH:
        return None
    family = connection.execute(
        select(col(SignInFamily.user_id), col(SignInFamily.ended_ms), col(SignInFamily.began_ms)).where(
            col(SignInFamily.id) == row.family_id
        )
    ).first()
    user = find_user_by_id(connection, family.user_id) if family is not None else None
    if family is None or family.ended_ms is not None or user is None:
        return None
    if family.began_ms + settings.sign_in_seconds * 1000 <= now_ms:
        return None  # a sign-in is no right for ever: the password is asked for again
    until_ms = find_drain(connection, row.family_id)
    if user.disabled if until_ms is None else until_ms <= now_ms:
        return None
    pair = new_pair(scope or row.scope, settings)
    sealed = seal(presented, pair.access_token, pair.refresh_token or "", pair.scope)
    won = connection.execute(
        update(SignInToken)
        .where(
            col(SignInToken.token_hash) == row.token_hash,
            col(SignInToken.spent_ms).is_(None),
            col(SignInToken.expires_ms) > now_ms,
        )
        .values(spent_ms=now_ms, sealed_successors=sealed)
    )
    if won.rowcount == 1:
        # The token before this one has had its grace: whoever holds this one got the answer.
        before = col(SignInToken.token_hash) == row.parent_hash
        connection.execute(update(SignInToken).where(before).values(sealed_successors=None))
        issue_pair(
            connection, row.family_id, pair.scope, settings, now_ms, pair=pair, parent_hash=row.token_hash
        )
        return user, pair
    return _again(connection, presented, user, settings, now_ms)


def _again(
    connection: Connection, presented: str, user: User, settings: PlanSettings, now_ms: int
) -> tuple[User, TokenPair] | None:
    row = find_token(connection, presented)
    if row is None or row.spent_ms is None:
        return None  # expired without ever having been used
    late = now_ms - row.spent_ms > settings.refresh_grace_seconds * 1000
    sealed = None if late or row.sealed_successors is None else open_sealed(presented, row.sealed_successors)
    if sealed is None:
        end_family(connection, row.family_id, now_ms)
        return None
    access, refresh, scope = sealed
    left = max(0, settings.access_token_seconds - (now_ms - row.spent_ms) // 1000)
    return user, TokenPair(access, refresh or None, left, scope)


def _store(
    connection: Connection,
    token: str,
    kind: str,
    family_id: str,
    scope: str,
    expires_ms: int,
    parent_hash: str | None = None,
) -> None:
    connection.execute(
        insert(SignInToken).values(
            token_hash=hash_secret(token),
            kind=kind,
            family_id=family_id,
            scope=scope,
            expires_ms=expires_ms,
            parent_hash=parent_hash,
        )
    )


def _sweep(connection: Connection, now_ms: int) -> None:
    # A spent refresh token is kept until it would have expired, so that its replay is noticed.
    connection.execute(delete(SignInToken).where(col(SignInToken.expires_ms) < now_ms - _DAY_MS))
    connection.execute(delete(SignInCode).where(col(SignInCode.expires_ms) < now_ms - _DAY_MS))
    old = or_(
        col(SignInFamily.ended_ms) < now_ms - 90 * _DAY_MS,
        col(SignInFamily.began_ms) < now_ms - 400 * _DAY_MS,
    )
    living = select(col(SignInToken.family_id))
    connection.execute(delete(SignInFamily).where(old, col(SignInFamily.id).not_in(living)))
