"""A client's public keys: what is taken at registration, and a pair made for one."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from plan.problems import PlanProblem

ALGORITHMS = ("ES384", "RS384")
"""What SMART backend services ask every server to take, and nothing beside them."""
_LARGEST = 100_000
_MOST_KEYS = 10
_SHORTEST_RSA = 2048
_PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))


def read_key_set(text: str) -> str:
    """The public keys in a JWK or a JWK Set, as a JWK Set. Raises PlanProblem for what cannot guard anything."""
    try:
        document = json.loads(text[:_LARGEST])
    except ValueError as error:
        raise PlanProblem("The key file is no JSON: a JWK or a JWK Set is expected.") from error
    found = document.get("keys", [document]) if isinstance(document, dict) else None
    if not isinstance(found, list) or not 1 <= len(found) <= _MOST_KEYS:
        raise PlanProblem(f"A JWK Set with 1 to {_MOST_KEYS} keys is expected.")
    keys = [_check(one) for one in found]
    if len({one["kid"] for one in keys}) != len(keys):
        raise PlanProblem("Two keys have the same kid.")
    return json.dumps({"keys": keys})


def _check(key: Any) -> Mapping[str, Any]:
    if not isinstance(key, dict):
        raise PlanProblem("A key is a JSON object.")
    if _PRIVATE & key.keys():
        raise PlanProblem("This is a private key. It stays with the client: register the public one.")
    if not isinstance(key.get("kid"), str) or not key["kid"]:
        raise PlanProblem("Each key needs a kid, by which proofs name it.")
    try:
        if key.get("kty") == "EC" and key.get("crv") == "P-384":
            ECKey.import_key(key)
            return {"kty": "EC", "crv": "P-384", "x": key["x"], "y": key["y"], "kid": key["kid"]}
        if key.get("kty") == "RSA":
            bits = RSAKey.import_key(key).raw_value.key_size
            if bits < _SHORTEST_RSA:
                raise PlanProblem(f"An RSA key needs {_SHORTEST_RSA} bits or more.")
            return {"kty": "RSA", "n": key["n"], "e": key["e"], "kid": key["kid"]}
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise PlanProblem("A key cannot be read.") from error
    raise PlanProblem("A key is RSA (for RS384) or EC on the curve P-384 (for ES384).")


def load_key_set(text: str) -> KeySet:
    """The keys as they are used to check a proof."""
    return KeySet.import_key_set(json.loads(text))


def make_pair(private: Path) -> Path:
    """Write a new P-384 private key (mode 0600) and its public JWK Set beside it; returns where the latter is.

    Raises PlanProblem where a file is there already.
    """
    key = ECKey.generate_key("P-384", {"kid": str(uuid.uuid4())}, private=True)
    public = private.with_name(f"{private.stem}.public.json")
    whole = key.as_dict(private=True)
    _write(private, whole)
    _write(public, {"keys": [key.as_dict(private=False)]})
    return public


def _write(path: Path, document: Mapping[str, Any]) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise PlanProblem(f"{path} is there already.") from error
    except OSError as error:
        raise PlanProblem(f"{path} cannot be written: {error.strerror}.") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(document, file)
