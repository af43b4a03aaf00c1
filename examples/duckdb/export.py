"""Take a group's records out of a plan by Bulk Data export: sign in, ask, wait, read the files.

    python examples/duckdb/export.py --plan https://plan.example --client ID --key client.json --group ID --into DIR

Needs httpx and joserfc. A download that breaks off goes on where it stopped, also when the program is started
again with the same directory. The files hold the records of people: the directory is made for its owner alone.
"""

from __future__ import annotations

import argparse
import json
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import import_key

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TYPES = ("Group", "Patient", "Encounter", "Task", "ServiceRequest", "Coverage")
"""What the two measures need."""
Json = dict[str, Any]


class Exporter:
    """A registered client at one plan. `key` is its private JWK. `http` reaches the plan."""

    def __init__(self, http: httpx.Client, plan: str, client_id: str, key: Json) -> None:
        self._http = http
        self._plan = plan.rstrip("/")
        self._client_id = client_id
        self._key = key
        self._token, self._good_until = "", 0.0

    def headers(self) -> dict[str, str]:
        """With a token that is good for a while: a new one when the last is nearly over."""
        if time.monotonic() > self._good_until:
            self._sign_in()
        return {"Authorization": f"Bearer {self._token}"}

    def _sign_in(self) -> None:
        where = self._http.get(f"{self._plan}/fhir/.well-known/smart-configuration").raise_for_status().json()
        token_url = where["token_endpoint"]
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": token_url,
            "exp": int(time.time()) + 240,
            "jti": str(uuid.uuid4()),
        }
        algorithm = "ES384" if self._key["kty"] == "EC" else "RS384"
        header = {"alg": algorithm, "kid": self._key["kid"]}
        proof = jwt.encode(header, claims, import_key(self._key), algorithms=[algorithm])
        form = {
            "grant_type": "client_credentials",
            "scope": "system/*.rs",
            "client_assertion_type": ASSERTION,
            "client_assertion": proof,
        }
        answer = self._http.post(token_url, data=form).raise_for_status().json()
        self._token = answer["access_token"]
        self._good_until = time.monotonic() + answer["expires_in"] - 60

    def ask(self, group: str, since: str | None = None) -> str:
        """Ask for an export; returns where it can be looked how it stands."""
        parameters = {"_type": ",".join(TYPES)} | ({"_since": since} if since else {})
        answer = self._http.get(
            f"{self._plan}/fhir/Group/{group}/$export",
            params=parameters,
            headers=self.headers() | {"Prefer": "respond-async"},
        )
        return str(answer.raise_for_status().headers["content-location"])

    def wait(self, where: str, pause: Callable[[float], None] = time.sleep) -> Json:
        """The list of files, once they are prepared."""
        while True:
            answer = self._http.get(where, headers=self.headers()).raise_for_status()
            if answer.status_code == 200:
                found: Json = answer.json()
                return found
            pause(float(answer.headers.get("retry-after", "5")))

    def fetch(self, url: str, file: Path) -> None:
        """Read a file, from where an earlier try broke off."""
        mark = file.with_suffix(".etag")
        have = file.stat().st_size if file.exists() and mark.exists() else 0
        more = {"Range": f"bytes={have}-", "If-Range": mark.read_text()} if have else {}
        with self._http.stream("GET", url, headers=self.headers() | more) as answer:
            if answer.status_code == 416:
                return  # all of it is here
            answer.raise_for_status()
            mark.write_text(answer.headers["etag"])
            with file.open("ab" if answer.status_code == 206 else "wb") as out:
                for chunk in answer.iter_raw():
                    out.write(chunk)

    def take(self, group: str, into: Path, pause: Callable[[float], None] = time.sleep) -> Json:
        """The whole way: every file of a new export, as `Type.number.ndjson` in a directory."""
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = into / "export.json"
        where = json.loads(kept.read_text())["where"] if kept.exists() else self.ask(group)
        kept.write_text(json.dumps({"where": where}))
        manifest = self.wait(where, pause)
        for number, one in enumerate(manifest["output"]):
            self.fetch(one["url"], into / f"{one['type']}.{number}.ndjson")
        self._http.delete(where, headers=self.headers())
        kept.unlink()
        return manifest


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Take a group's records out of a plan, as NDJSON files.")
    parser.add_argument("--plan", required=True, help="its address, such as https://plan.example")
    parser.add_argument("--client", required=True, help="client id, from `hearthside plan client add`")
    parser.add_argument("--key", required=True, type=Path, help="file of the private key (JWK)")
    parser.add_argument("--group", required=True, help="id of the Group")
    parser.add_argument("--into", required=True, type=Path, help="directory for the files")
    args = parser.parse_args()
    with httpx.Client(timeout=60) as http:
        exporter = Exporter(http, args.plan, args.client, json.loads(args.key.read_text()))
        manifest = exporter.take(args.group, args.into)
    for one in manifest["output"]:
        print(f"{one['type']:<20} {one['count']:>9}")
    print(f"As of {manifest['transactionTime']}: say that as _since next time.")


if __name__ == "__main__":
    main()
