"""The accessibility tree as Chromium gives it to a screen reader: what can be used, its name, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page

CONTROLS = frozenset(
    {"button", "textbox", "checkbox", "switch", "radio", "slider", "tab", "link", "combobox", "searchbox"}
)


@dataclass(frozen=True)
class Seen:
    """One control: what a screen reader says of it. `node` finds it in the page again."""

    role: str
    name: str
    focusable: bool
    disabled: bool
    node: int

    def __str__(self) -> str:
        return f"{self.role} “{self.name}”"


def read_controls(page: CDPSession) -> list[Seen]:
    """Every control, in the order in which a screen reader comes to it."""
    nodes = page.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    return [seen for node in _walk(nodes[0], by_id) if (seen := _look(node)) is not None]


def _walk(node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("childIds", ()):
        if child in by_id:
            yield from _walk(by_id[child], by_id)


def _look(node: dict[str, Any]) -> Seen | None:
    role = str(node.get("role", {}).get("value", ""))
    if node.get("ignored") or role not in CONTROLS:
        return None
    has = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
    name = " ".join(str(node.get("name", {}).get("value", "")).split())
    return Seen(role, name, bool(has.get("focusable")), bool(has.get("disabled")), node["backendDOMNodeId"])


def find_faults(controls: list[Seen]) -> list[str]:
    """Controls without a name, two that a screen reader cannot tell apart, and what the keyboard cannot reach."""
    nameless = [f"no name: {one.role}" for one in controls if not one.name]
    told = Counter((one.role, one.name) for one in controls if one.name)
    twice = [f"{count} times: {role} “{name}”" for (role, name), count in told.items() if count > 1]
    stuck = [f"not reached by Tab: {one}" for one in controls if not one.focusable and not one.disabled]
    return [*nameless, *twice, *stuck]


def find_backward(page: Page) -> list[str]:
    """Neighbours in sight of which the later one in the tree stands above the earlier one, in the same column."""
    return [str(one) for one in page.evaluate(_BACKWARD)]


_BACKWARD = """() => {
  const inSight = node => {
    const box = node.getBoundingClientRect();
    let top = 0, bottom = innerHeight;
    for (let above = node.parentElement; above; above = above.parentElement) {
      if (getComputedStyle(above).overflowY !== 'visible') {
        const frame = above.getBoundingClientRect();
        top = Math.max(top, frame.top); bottom = Math.min(bottom, frame.bottom);
      }
    }
    const middle = box.y + box.height / 2;
    return box.height > 0 && middle > top && middle < bottom ? box : null;
  };
  const all = [...document.querySelectorAll(
    'flt-semantics-host [role=button], flt-semantics-host input, flt-semantics-host textarea')];
  const seen = all.map(node => [node, inSight(node)]).filter(([, box]) => box);
  const say = node => node.getAttribute('aria-label') || node.textContent.slice(0, 40);
  const found = [];
  for (let at = 1; at < seen.length; at++) {
    const [first, a] = seen[at - 1], [second, b] = seen[at];
    const shared = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    if (shared > Math.min(a.width, b.width) / 2 && b.bottom < a.top - 24) {
      found.push(`${say(second)} comes after ${say(first)} and stands above it`);
    }
  }
  return found;
}"""

FOCUSED = """() => {
  const active = document.activeElement;
  const named = active && active.closest('[flt-semantics-identifier]');
  return named ? named.getAttribute('flt-semantics-identifier') : '';
}"""
"""The test name of what the keyboard would work on now."""

REMEMBER_FOCUS = """() => {
  if (window.__focused) { window.__focused.length = 0; return; }
  window.__focused = [];
  document.addEventListener('focusin', event => {
    const named = event.target.closest('[flt-semantics-identifier]');
    if (named) window.__focused.push(named.getAttribute('flt-semantics-identifier'));
  });
}"""
"""From now on the test names of what gets the focus are kept in `window.__focused`."""
