"""Every sentence that the app holds is said somewhere: what nothing uses goes, and with it its translation."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.hygiene.source_tree import ROOT

APP = ROOT / "app"
WORDS = ("app.views.text", "app.views.say", "app.views.wording.")
"""Modules of which every name counts; of all others those that hold sentences."""
MARKS = frozenset({"N_", "NC_", "tr", "trn", "trc"})
FOR_TRANSLATORS = {
    "app.views.text.SPOKEN",
    "app.views.wording.oncall.PLAN_SAYS",
    "app.views.wording.outcomes.TITLES",
    "app.views.wording.stored.TASKS",
}
"""Lists that only translators read: a record, or the plan, says one of these, and it is translated as it comes."""
Name = tuple[str, str]
"""(module, name in it)."""


def read_trees(root: Path, package: str) -> dict[str, ast.Module]:
    """Of every module of a package, by its dotted name."""
    trees: dict[str, ast.Module] = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        dotted = ".".join((package, *(part for part in parts if part != "__init__")))
        trees[dotted] = ast.parse(path.read_text(encoding="utf-8"))
    return trees


def find_unused(trees: dict[str, ast.Module]) -> list[str]:
    """`module.name` of each sentence, or word function, that no module uses."""
    made = {name for module, tree in trees.items() for name in _made(module, tree)}
    used = {name for module, tree in trees.items() for name in _used(module, tree, trees)}
    return sorted(".".join(name) for name in made - used)


def _made(module: str, tree: ast.Module) -> Iterator[Name]:
    """What a module names: words, and in modules of words everything."""
    all_count = f"{module}.".startswith(WORDS) or module in WORDS
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and all_count:
            yield module, statement.name
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and (all_count or _has_words(statement)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for node in (one for target in targets for one in ast.walk(target)):
                if isinstance(node, ast.Name) and not node.id.startswith("__"):
                    yield module, node.id


def _has_words(statement: ast.stmt) -> bool:
    calls = (node for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Name) and call.func.id in MARKS for call in calls)


def _used(module: str, tree: ast.Module, known: Iterable[str]) -> Iterator[Name]:
    """Names read in the module itself, brought in from others, and read through a module that was brought in."""
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            aliases.update({one.asname or one.name: one.name for one in node.names})
        elif isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                yield node.module, one.name
                aliases[one.asname or one.name] = f"{node.module}.{one.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield module, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            target = aliases.get(node.value.id, "")
            if target in known:
                yield target, node.attr


def test_every_sentence_of_the_app_is_used_somewhere() -> None:
    assert set(find_unused(read_trees(APP, "app"))) == FOR_TRANSLATORS


def test_a_sentence_that_nothing_uses_is_found() -> None:
    words = ast.parse(
        "from app.language import N_\nUSED, DEAD = N_('a'), N_('b')\ndef dead() -> str: ...\nOWN = N_('c')\nX = OWN\n"
    )
    screen = ast.parse(
        "from app.views.wording import one as said\nHERE = N_('d')\nLONGEST = 3\nprint(said.USED, said.X)\n"
    )
    trees = {"app.views.wording.one": words, "app.views.screen": screen}
    assert find_unused(trees) == [
        "app.views.screen.HERE",
        "app.views.wording.one.DEAD",
        "app.views.wording.one.dead",
    ]
