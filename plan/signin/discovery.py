"""Where and how to sign in, for apps that look it up. It says only what is true of this server."""

from __future__ import annotations

from typing import Any

from plan.signin.client import SCOPES
from plan.signin.words import LANGUAGES

AUTHORIZE, TOKEN, REVOKE = "/oauth/authorize", "/oauth/token", "/oauth/revoke"


def describe(base_url: str) -> dict[str, Any]:
    """SMART App Launch 2 `smart-configuration`, and RFC 8414 metadata, in one document.

    No id_token is made: who signed in is in the token answer (`fhirUser`, `name`, `role`), so neither `issuer` for
    OpenID nor `sso-openid-connect` is claimed.
    """
    return {
        "authorization_endpoint": f"{base_url}{AUTHORIZE}",
        "token_endpoint": f"{base_url}{TOKEN}",
        "revocation_endpoint": f"{base_url}{REVOKE}",
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES384", "RS384"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "ui_locales_supported": list(LANGUAGES),
        "scopes_supported": [*SCOPES[1:], "user/*.cruds", "user/*.rs", "system/*.rs"],
        "capabilities": [
            "launch-standalone",
            "client-public",
            "client-confidential-asymmetric",
            "permission-offline",
            "permission-user",
            "permission-v2",
        ],
    }
