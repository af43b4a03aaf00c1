"""The one registered client: the app. It is public (no secret), so PKCE and the redirect guard it."""

from __future__ import annotations

import re
from dataclasses import dataclass

CLIENT_ID = "hearthside-app"
APP_SCHEME_REDIRECT = "hearthside://callback"

SCOPES = ("openid", "fhirUser", "offline_access")
"""What can be asked for beside FHIR scopes. `openid` is taken but not granted: no id_token is made."""

# RFC 8252 section 7.3: any port on a loopback address; section 8.3 advises against the name "localhost".
_LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|\[::1\])(?::([1-9][0-9]{0,4}))?/callback", re.ASCII)
_FHIR_SCOPE = re.compile(r"user/(?:\*|[A-Z][A-Za-z]+)\.(?=[cruds])c?r?u?d?s?", re.ASCII)


def is_redirect(uri: str) -> bool:
    """May the app be sent back there?"""
    if uri == APP_SCHEME_REDIRECT:
        return True
    match = _LOOPBACK.fullmatch(uri)
    return match is not None and int(match.group(1) or 80) <= 65_535


@dataclass(frozen=True)
class AppClient:
    """The client as Authlib asks for it."""

    client_id: str = CLIENT_ID

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        return None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """What is granted of what was asked for; None when nothing of FHIR is left."""
        asked = list(dict.fromkeys((scope or "").split()))
        granted = [one for one in asked if one in SCOPES[1:] or _FHIR_SCOPE.fullmatch(one)]
        return " ".join(granted) if any("/" in one for one in granted) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return is_redirect(redirect_uri)

    def check_client_secret(self, client_secret: str) -> bool:
        return False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "none"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")


def find_client(client_id: str | None) -> AppClient | None:
    return AppClient() if client_id == CLIENT_ID else None
