"""Sealed writes made by hand, as an author's device would make them, and as one that cheats would."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from app.store.sealed import WriteToSeal
from app.sync.courier import SUITE, Signer, info_text, seal_write
from app.sync.plan_keys import PlanKeys, key_id

TAG = "urn:hearthside:write"


def entry(resource: dict[str, Any], write_id: str, **request: Any) -> dict[str, Any]:
    tagged = resource | {"meta": {"tag": [{"system": TAG, "code": write_id}]}}
    url = f"{resource['resourceType']}/{resource['id']}"
    asked = {"method": "PUT", "url": url, **({"ifNoneMatch": "*"} | request)}
    return {"resource": tagged, "request": {name: said for name, said in asked.items() if said is not None}}


def provenance(write_id: str, author: str, *targets: str) -> dict[str, Any]:
    return {
        "resourceType": "Provenance",
        "id": write_id,
        "target": [{"reference": target} for target in targets],
        "recorded": "2026-05-28T10:00:00Z",
        "agent": [{"who": {"reference": author}}],
    }


def transaction(*entries: dict[str, Any]) -> str:
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": list(entries)})


@dataclass
class Desk:
    """One device of one author, and the courier key that it seals to."""

    author: str
    courier: X25519PrivateKey
    device: str = field(default_factory=lambda: uuid4().hex)
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    @property
    def keys(self) -> PlanKeys:
        raw = self.courier.public_key().public_bytes_raw()
        return PlanKeys(1, bytes(32), "", b"", key_id(raw), raw, "", b"", "")

    def body(self, write_id: str, *resources: dict[str, Any], **request: Any) -> str:
        """The transaction of a write of these records."""
        named = [f"{one['resourceType']}/{one['id']}" for one in resources]
        entries = [entry(one, write_id, **request) for one in resources]
        return transaction(*entries, entry(provenance(write_id, self.author, *named), write_id))

    def seal(self, write_id: str, body: str, *needs: str, **changed: Any) -> dict[str, Any]:
        """A copy as the app makes it; `changed` replaces what the signer says of herself."""
        signer = Signer(self.key, self.device, self.author)
        for name, value in changed.items():
            signer = Signer(
                **{"key": signer.key, "device": signer.device, "author": signer.author} | {name: value}
            )
        return seal_write(WriteToSeal(write_id, body, needs), signer, self.keys)

    def seal_bytes(self, write_id: str, content: bytes, *, packed: bool = False) -> dict[str, Any]:
        """Anything at all, sealed to the plan as a write would be."""
        raw = self.courier.public_key().public_bytes_raw()
        public = X25519PublicKey.from_public_bytes(raw)
        inner = content if packed else zlib.compress(content)
        sealed = SUITE.encrypt(inner, public, info_text(key_id(raw), write_id))
        text = base64.b64encode(sealed).decode()
        return {"format": 1, "plan": "0" * 16, "key": key_id(raw), "write": write_id, "sealed": text}

    def registration(self, *, device: str | None = None, author: str | None = None) -> dict[str, str]:
        from app.sync.device_keys import proof_text

        proof = self.key.sign(proof_text(device or self.device, author or self.author))
        encoded = {"key": self.public, "proof": proof}
        return {"device": device or self.device} | {
            name: base64.b64encode(value).decode() for name, value in encoded.items()
        }
