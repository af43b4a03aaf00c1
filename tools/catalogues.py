"""The gettext catalogues: `python -m tools.catalogues update` finds every sentence, `compile` makes what is shipped.

Sentences are found in the code by their marks (`tr`, `trn`, `N_`, `NP_`, `NC_`, and the errors that a person is told),
and in the clinical content by asking for it with a catalogue that writes down what it is asked. A translation that
stands is kept; one whose sentence is gone is dropped. What is not translated stays English, and a test goes red.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.content import load_table, spoken
from app.content.medicine_tables import mme_table
from app.content.visit_kinds import load_kinds
from app.domain.referrals import list_states, list_targets
from app.language import files, names, now
from app.views.wording.planning import REFERRAL
from app.views.wording.stored import list_rule_sentences

ROOT = Path(__file__).resolve().parent.parent
Found = tuple[str, int, str | tuple[str, str], str | None]
"""Where it stands, the line, the sentence or both its forms, the context."""


class Recorder(NullTranslations):
    """Answers everything in English and keeps what was asked with a context."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[tuple[str, str], None] = {}

    def pgettext(self, context: str, message: str) -> str:
        self.asked[context, message] = None
        return message


_CLASS = re.compile(r"^class (\w+)\(([\w., ]+)\)", re.MULTILINE)
MARKS = {"tr": 1, "N_": 1, "trn": 2, "NP_": 2}
"""How many of a mark's first arguments are sentences."""
CONTEXT = "NC_"
"""The mark whose first argument is the context of its second."""
NOT_SHOWN = ("app/config.py", "app/web/serve.py", "app/command.py")
"""Of the command line, which speaks English."""


def list_errors(sources: Iterable[str]) -> set[str]:
    """Names of the errors whose sentences a person reads: all below `HearthsideError`, wherever they stand."""
    bases = {
        name: {base.strip().rpartition(".")[2] for base in above.split(",")}
        for source in sources
        for name, above in _CLASS.findall(source)
    }
    known = {"HearthsideError"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known


def find_in_code() -> Iterator[Found]:
    """Every marked sentence below `app/`, and those of the errors."""
    sources = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "app").rglob("*.py"))
    }
    errors = list_errors(sources.values())
    says = re.compile(rf"\b({'|'.join([*MARKS, CONTEXT, *sorted(errors)])})\(")
    for where, source in sources.items():
        if says.search(source):
            known = MARKS if where in NOT_SHOWN else {**dict.fromkeys(errors, 1), **MARKS}
            yield from _find_marked(where, ast.parse(source), known)


def _find_marked(where: str, tree: ast.Module, known: Mapping[str, int]) -> Iterator[Found]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if _name(node.func) == CONTEXT:
            context, sentence = (str(ast.literal_eval(one)) for one in node.args)
            yield where, node.lineno, sentence, context
            continue
        if (number := known.get(_name(node.func))) is None:
            continue
        said = [one.value for one in node.args[:number] if isinstance(one, ast.Constant)]
        if len(said) == number and all(isinstance(one, str) for one in said):
            yield where, node.lineno, str(said[0]) if number == 1 else (str(said[0]), str(said[1])), None


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Name):
        return called.id
    return called.attr if isinstance(called, ast.Attribute) else ""


def find_in_content() -> Iterator[Found]:
    """What screens show of the clinical content, with the context that they look it up by."""
    asked = now.record(Recorder())
    try:
        spoken.load()
        spoken.load_sections()
        spoken.load_pages()
        spoken.load_tour()
        spoken.load_practice()
    finally:
        now.speak(names.ENGLISH)
    for context, message in asked.asked:
        yield "app/content", 0, message, context
    yield from _find_in_rules()
    for phrase in (one for several in load_table("phrases")["phrases"].values() for one in several):
        yield "app/content/tables/phrases.json", 0, phrase, None
    reporting = load_table("abuse-reporting")
    for row in (*reporting["states"], reporting["elsewhere"]):
        for where in ("home", "facility"):
            yield "app/content/tables/abuse-reporting.json", 0, row[where], None
    yield "app/content/tables/abuse-reporting.json", 0, reporting["elsewhere"]["form"], None
    for kind in load_kinds().kinds:
        yield "app/content/tables/visit-kinds.json", 0, kind.title, None
    for state in list_states():
        yield "app/content/tables/referral-states.json", 0, state.display, REFERRAL
    mme = mme_table()
    refused = (one.why for one in (*mme.not_converted, *mme.routes))
    for sentence in (mme.scope, mme.other_fentanyl, *mme.reasons.values(), *refused):
        yield "app/content/tables/mme.json", 0, sentence, None
    for target in list_targets().values():
        yield "app/content/tables/referral-states.json", 0, target, None


def _find_in_rules() -> Iterator[Found]:
    """Also those with places: a record holds them filled, and screens know them again (app.views.wording.stored)."""
    for sentence in list_rule_sentences():
        if _LETTERS.search(_PLACES.sub("", sentence)):
            yield "app/content/tables/rules.json", 0, sentence, None


_PLACES = re.compile(r"\{\w+\}")
_LETTERS = re.compile(r"[^\W\d_]")


def make_template() -> Catalog:
    """Every sentence, English only."""
    catalog = Catalog(project="Hearthside", charset="utf-8", fuzzy=False)
    for where, line, message, context in (*find_in_code(), *find_in_content()):
        if message:
            catalog.add(message, locations=[(where, line)], context=context)
    return catalog


def update(code: str, template: Catalog) -> int:
    """Bring the .po of a language up to date. Returns how many sentences lack a translation."""
    path = files.path_of(code, "po")
    old = read(code) if path.exists() else Catalog(locale=code)
    fresh = Catalog(locale=code, project="Hearthside", charset="utf-8", fuzzy=False)
    fresh.header_comment = HEADER
    for message in template:
        if message.id:
            before = old.get(message.id, message.context)
            kept = before.string if before is not None and before.string else None
            fresh.add(message.id, kept, locations=message.locations, context=message.context)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_write(fresh))
    return sum(not _is_whole(one.string) for one in fresh if one.id)


NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""The same sentences make the same file, whenever it is made."""
HEADER = (
    "# Hearthside: sentences of the screens. English is the source and the key, and is changed in the code."
)


def _write(catalog: Catalog) -> bytes:
    made = BytesIO()
    write_po(made, catalog, width=100, include_lineno=False, omit_header=False)
    # When a file was made says nothing, and would change it at each run.
    lines = made.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_NOISE)).encode()


_NOISE = (
    '"Project-Id-Version: ',
    '"Report-Msgid-Bugs-To: ',
    '"POT-Creation-Date: ',
    '"PO-Revision-Date: ',
    '"Last-Translator: ',
    '"Language-Team: ',
    '"Generated-By: ',
)


def _is_whole(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) if isinstance(string, str) else bool(string) and all(string or ())


def read(code: str) -> Catalog:
    """The .po of a language."""
    with files.path_of(code, "po").open("rb") as file:
        catalog = read_po(file, locale=code)
    catalog.creation_date = catalog.revision_date = NO_DATE
    return catalog


def compile_one(code: str) -> bytes:
    """What the .mo of a language is to hold."""
    made = BytesIO()
    write_mo(made, read(code))
    return made.getvalue()


def main() -> int:
    asked = sys.argv[1] if len(sys.argv) == 2 else ""
    if asked not in ("update", "compile"):
        print("usage: python -m tools.catalogues update|compile")
        return 2
    template = make_template() if asked == "update" else None
    for language in names.LANGUAGES:
        if language.code == names.ENGLISH:
            continue
        if template is not None:
            missing = update(language.code, template)
            print(f"{language.code}: {len(template)} sentences, {missing} not translated")
        files.path_of(language.code, "mo").write_bytes(compile_one(language.code))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
