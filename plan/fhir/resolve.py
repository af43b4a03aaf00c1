"""References between the entries of one Bundle."""

from __future__ import annotations

from typing import Any

from plan.fhir.outcomes import Refusal

_NAMES = ("reference", "url", "uri", "valueUri", "valueUrl")


_URN = "urn:uuid:"


def resolve_urns(
    content: dict[str, Any], names: dict[str, str], *, complete: bool = False, text: str | None = None
) -> dict[str, Any]:
    """A copy whose references and links to a name in `names` carry what it stands for.

    With `complete`, a `urn:uuid:` reference that no entry has is refused (422), since nothing could ever follow it.
    `text`: the content as JSON, where the caller has it; content that holds no such name comes back as it is.
    """
    if text is not None and _URN not in text and all(name.startswith(_URN) for name in names):
        return content
    resolved = _resolve(content, names, complete)
    return resolved if isinstance(resolved, dict) else content


def _resolve(value: Any, names: dict[str, str], complete: bool) -> Any:
    if isinstance(value, list):
        return [_resolve(item, names, complete) for item in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for name, member in value.items():
        if name in _NAMES and isinstance(member, str):
            known = names.get(member)
            if known is None and complete and name == "reference" and member.startswith(_URN):
                raise Refusal(422, "A reference names an entry that is not in this Bundle.")
            result[name] = known or member
        else:
            result[name] = _resolve(member, names, complete)
    return result
