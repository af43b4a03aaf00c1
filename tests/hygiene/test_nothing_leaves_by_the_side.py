"""Roads by which a record could leave the store without anybody wanting it: each is closed in every line of the app.

These read the source: a screen that nobody tries in a test is held to them as well.
"""

from __future__ import annotations

import ast
import tomllib

import flet as ft

from tests.hygiene.source_tree import ROOT, argument, calls, dotted, imports, nodes

_LOG_WORDS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
_SAFE_NAMES = {
    *("detail", "status", "store_id", "refused", "did", "order_id", "place", "places", "where", "word", "id"),
    *("kind", "type", "code", "count", "step", "name", "part", "problem", "what"),
}
"""Attributes and names that hold codes, counts and ids where the app logs them."""
_SAFE_VALUES = ("did.value", "stage.value")
"""Enumerations of ours; `.value` of anything else may be an answer."""
_SAFE_CALLS = {"type", "len", "describe", "getattr", "round", "int", "_said"}


def test_no_clinical_text_can_be_selected_or_copied() -> None:
    found = [
        f"{place}: {called}"
        for place, call, called in calls("app")
        if called.split(".")[-1] in {"SelectionArea", "Clipboard", "set_clipboard", "SelectableText"}
        or _is_on(argument(call, "selectable"))
    ]
    # A link to a shared record names nobody and opens nothing without its passcode, which cannot be copied.
    assert [one for one in found if not one.startswith("app/views/sharing/made.py:")] == []
    assert [one.partition(": ")[2] for one in found] == ["ft.Clipboard"]
    assert not ft.Text("Slept well.").selectable, "text is not selectable unless somebody asks for it"


def test_the_window_is_called_by_the_apps_name_only() -> None:
    titles = [
        (place, ast.unparse(node.value))
        for place, node in nodes("app")
        if isinstance(node, ast.Assign)
        and any(isinstance(one, ast.Attribute) and one.attr == "title" for one in node.targets)
    ]
    assert {value for _, value in titles} == {"text.APP"}, titles


def test_no_screen_has_an_address_that_names_a_record() -> None:
    roads = {"push_route", "go_async", "launch_url", "ft.View", "replace_state"}
    found = [
        f"{place}: {ast.unparse(call)}"
        for place, call, called in calls("app")
        if (called in roads or called.split(".")[-1] in roads or called == "page.go")
        and place_of(place) != LAUNCHER
    ]
    assert found == []
    assert not [
        place
        for place, node in nodes("app")
        if isinstance(node, ast.Assign) and any(dotted(one) == "page.route" for one in node.targets)
    ]


LAUNCHER = "app/views/app.py"
"""Where addresses outside the app are opened: the sign-in page, a phone call, a map."""


def place_of(place: str) -> str:
    return place.rpartition(":")[0]


def test_no_notification_no_browser_storage_and_no_file_beside_the_store() -> None:
    forbidden = (
        "tempfile",
        "plyer",
        "notify",
        "desktop_notifier",
        "flet_local_notifications",
        "shelve",
        "pickle",
    )
    assert [f"{place}: {name}" for place, name in imports("app") if name.split(".")[0] in forbidden] == []
    stores = {"client_storage", "shared_preferences", "SharedPreferences", "session_storage", "local_storage"}
    found = [
        f"{place}: {node.attr}"
        for place, node in nodes("app")
        if isinstance(node, ast.Attribute) and node.attr in stores
    ]
    assert found == []


def test_every_http_client_follows_no_redirect() -> None:
    clients = [
        (place, call)
        for place, call, called in calls("app")
        if called.split(".")[-1] in {"AsyncClient", "Client", "AsyncOAuth2Client", "OAuth2Client"}
        and called.split(".")[0] in {"httpx", "AsyncOAuth2Client", "OAuth2Client"}
    ]
    assert clients, "the rule looks at something"
    for place, call in clients:
        follows = argument(call, "follow_redirects")
        assert isinstance(follows, ast.Constant), place
        assert follows.value is False, place
    assert not [place for place, name in imports("app") if name.split(".")[0] in {"requests", "aiohttp"}]
    assert not [place for place, name in imports("app") if name.startswith("urllib.request")]


def test_searches_ask_in_the_body_and_addresses_carry_counts_only() -> None:
    allowed = {"_count", "_elements", "_summary"}
    asked: set[str] = set()
    for place, node in nodes("app"):
        if not place.startswith("app/sync/"):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "?" in node.value:
            after = node.value.partition("?")[2]
            asked |= {part.partition("=")[0] for part in after.split("&") if "=" in part and " " not in part}
    assert asked <= allowed, "search parameters belong into a POST _search body or a batch"


def test_the_log_is_given_fixed_sentences_codes_counts_and_ids() -> None:
    found = []
    for place, call, called in (*calls("app"), *calls("plan")):
        holder, _, word = called.rpartition(".")
        if word not in _LOG_WORDS or not holder.lower().rpartition(".")[2].strip("_").endswith("log"):
            continue
        first, *rest = call.args
        if not isinstance(first, ast.Constant):
            found.append(f"{place}: {ast.unparse(first)} is no fixed sentence")
        found += [f"{place}: {ast.unparse(one)}" for one in rest if not _is_safe(one)]
    assert found == []


def test_nothing_is_printed_by_the_app_or_the_plan() -> None:
    tools = {"app/content/rules_page.py"}  # run by hand, writes a page about the rules
    printed = [
        place
        for place, _call, called in (*calls("app"), *calls("plan"))
        if called in {"print", "pprint", "breakpoint"} and place_of(place) not in tools
    ]
    assert printed == []


def test_a_phones_backup_leaves_the_store_out_and_nothing_goes_in_clear() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    manifest = settings["tool"]["flet"]["android"]["manifest_application"]
    assert manifest == {"allowBackup": "false", "fullBackupContent": "false", "usesCleartextTraffic": "false"}


def _is_on(value: ast.expr | None) -> bool:
    return value is not None and not (isinstance(value, ast.Constant) and not value.value)


def _is_safe(node: ast.expr) -> bool:
    """Does this argument of a log line hold a code, a count, an id, or an exception (kept as type and place)?"""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Attribute):
        return node.attr in _SAFE_NAMES or node.attr == "__name__" or dotted(node).endswith(_SAFE_VALUES)
    if isinstance(node, ast.Call):
        return dotted(node.func) in _SAFE_CALLS
    if isinstance(node, ast.Subscript):
        return _is_safe(node.value)
    return isinstance(node, ast.Name) and node.id in _SAFE_NAMES | {"error", "text", "said"}
