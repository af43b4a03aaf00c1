"""No screen speaks past the catalogues: read from the code, and tried on code that does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

VIEWS = Path(__file__).resolve().parents[2] / "app" / "views"
MARKS = {"tr", "trn", "trc", "N_", "NP_", "NC_"}
LOOKED_UP = {"tr", "trn", "counted"}
KEYED = {"keyed", "_keyed", "is_trembling"}
"""Their first argument is a key."""
SIGNS = {" s", " h", " min", "line "}
"""Signs of units, the same everywhere, and the beginning of a key."""
ASKED = {
    "startswith",
    "endswith",
    "removeprefix",
    "removesuffix",
    "get",
    "split",
    "partition",
    "replace",
    "join",
}
"""What these take is compared or cut away, never shown."""
_WORDS = re.compile(r"[A-Za-z]{2,} +[A-Za-z“]|^[A-Z][a-z]+[.…?:,]?$|^[a-z]+ $|^ [a-z]+")
NOT_WORDS = {
    "Any",
    "Hearthside",
    "Hearthside SemiBold",
    "Hearthside Signs",
    "screen update",
    "recovery sign-in",
    "last words",
    "last save",
    "visit read",
    "visit write",
    "no day",
    "a chip is a named control",
}
"""Names of typefaces and types, and what a log or a programmer's error says."""
FIRST_WORDS = ("render of ",)
KNOWN_AGAIN = {"wording/stored.py"}
"""Its literals are looked for in sentences of a record, never shown."""


def find_literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Literals with words that stand outside a mark."""
    skipped = set(_quiet(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            said = node.value
            if _WORDS.search(said) and said not in NOT_WORDS | SIGNS and not said.startswith(FIRST_WORDS):
                yield node.lineno, said


def _quiet(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        held: list[ast.expr] = []
        if isinstance(node, ast.Expr):
            held = [node.value] if isinstance(node.value, ast.Constant) else []  # a docstring
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            held = node.args[: 1 if name in KEYED else None if name in MARKS | ASKED else 0]
            held += [one.value for one in node.keywords if one.arg == "key"]
        elif isinstance(node, ast.Compare):
            held = [node.left, *node.comparators]
        elif isinstance(node, ast.Dict):
            held = [key for key in node.keys if key is not None]
        elif isinstance(node, ast.Subscript):
            held = [node.slice]
        elif isinstance(node, (ast.AnnAssign, ast.arg)) and node.annotation is not None:
            held = [node.annotation]
        for part in held:
            yield from (id(inner) for inner in ast.walk(part) if isinstance(inner, ast.Constant))


def is_marked(value: ast.expr | None) -> bool:
    """Whether a constant holds sentences that still have to be looked up."""
    if value is None or isinstance(value, (ast.Lambda, ast.ListComp)):
        return False
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("N_", "NP_")
        for node in ast.walk(value)
    )


def find_marked(tree: ast.Module) -> dict[str, bool]:
    """Constants with marked sentences; True for a single sentence, False for a table of them."""
    found: dict[str, bool] = {}
    for node in tree.body:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or not is_marked(node.value):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Tuple):
                found |= {name.id: True for name in target.elts if isinstance(name, ast.Name)}
            elif isinstance(target, ast.Name):
                found[target.id] = isinstance(node.value, ast.Call)
    return found


def find_silent(tree: ast.Module, marked: dict[str, dict[str, bool]], own: str) -> Iterator[tuple[int, str]]:
    """Where a marked sentence is taken within a function and not looked up on the spot."""
    aliases, names = _imported(tree, marked)
    names |= marked.get(own, {})
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            single = aliases[node.value.id].get(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            single = names.get(node.id)
        else:
            continue
        if single is None or not _in_function(node, parents):
            continue
        taken = single or isinstance(parents[node], ast.Subscript)
        if taken and not _is_looked_up(node, parents):
            yield node.lineno, ast.unparse(node)


def _imported(
    tree: ast.Module, marked: dict[str, dict[str, bool]]
) -> tuple[dict[str, dict[str, bool]], dict[str, bool]]:
    aliases: dict[str, dict[str, bool]] = {}
    names: dict[str, bool] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        for one in node.names:
            called = one.asname or one.name
            if f"{node.module}.{one.name}" in marked:
                aliases[called] = marked[f"{node.module}.{one.name}"]
            elif one.name in marked.get(node.module, {}):
                names[called] = marked[node.module][one.name]
    return aliases, names


def _in_function(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    while node in parents:
        child, node = node, parents[node]
        if isinstance(node, ast.Lambda):
            return True
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return child in node.body or child is node.args  # a default is taken before anybody has chosen
    return False


def _is_looked_up(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in LOOKED_UP:
            return True
        if isinstance(node, ast.Compare):
            return True
        if isinstance(node, (ast.stmt, ast.Lambda)):
            # A pair of sentences may be taken apart first; what is shown is looked up in the next line.
            return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple)
    return False


@cache
def read() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(VIEWS.rglob("*.py"))}


def module_of(path: Path) -> str:
    return ".".join(("app", "views", *path.relative_to(VIEWS).with_suffix("").parts))


def test_every_sentence_of_a_screen_is_marked_for_the_catalogues() -> None:
    found = [
        f"{path.relative_to(VIEWS)}:{line}: {said}"
        for path, tree in read().items()
        if str(path.relative_to(VIEWS)) not in KNOWN_AGAIN
        for line, said in find_literals(tree)
    ]
    assert found == []


def test_every_marked_sentence_is_looked_up_where_it_is_shown() -> None:
    trees = read()
    marked = {module_of(path): find_marked(tree) for path, tree in trees.items()}
    found = [
        f"{path.relative_to(VIEWS)}:{line}: {said}"
        for path, tree in trees.items()
        for line, said in find_silent(tree, marked, module_of(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        'words("Not seen yet")',
        'X = "Countersign"',
        'def f(n):\n    return f"{n} visits wait"',
        'def f(n):\n    return "today " + n',
    ],
)
def test_a_sentence_without_a_mark_is_found(code: str) -> None:
    assert list(find_literals(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    return text.BACK",
        "def f(label=text.BACK):\n    return tr(label)",
        "draw = lambda: words(text.BACK)",
        "def f(kind):\n    return text.KIND[kind]",
    ],
)
def test_a_sentence_that_is_shown_without_being_looked_up_is_found(code: str) -> None:
    tree = ast.parse(f"from app.views import text\n{code}")
    assert list(find_silent(tree, {"app.views.text": {"BACK": True, "KIND": False}}, "app.views.x"))


def test_what_is_looked_up_is_not_complained_of() -> None:
    code = "from app.views import text\ndef f(kind):\n    return tr(text.BACK) + tr(text.KIND[kind])"
    marked = {"app.views.text": {"BACK": True, "KIND": False}}
    assert not list(find_silent(ast.parse(code), marked, "app.views.x"))
