"""`hearthside content`: look at the clinical content, hand it on, sign and check content packs."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from app.content import ContentError, load
from app.errors import HearthsideError

OK, PROBLEM = 0, 1
SOURCES = Path("docs/clinical/sources.md")

DESCRIPTION = """The clinical content is data: scales, forms and tables, each with its sources.

`export` writes every form as a FHIR R4 Questionnaire, so that a plan can load the same
forms. `paper` prints blank visit sheets. `check` says what is wrong with the content.
`sources` writes the list of sources.
`pack` signs and verifies content packs: scales that a plan has licensed."""


class ContentProblem(HearthsideError):
    """What the content command cannot do, as a sentence."""


def add_content_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "content",
        help="export, check and sign the clinical content",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    export = commands.add_parser(
        "export",
        help="write FHIR Questionnaires",
        description="Write each instrument as DIR/<id>.json, or all as one Bundle on standard output.",
    )
    where = export.add_mutually_exclusive_group(required=True)
    where.add_argument("directory", nargs="?", type=Path, metavar="DIR", help="made when it is not there")
    where.add_argument("--stdout", action="store_true", help="one Bundle on standard output")
    export.set_defaults(run=run_export)
    check = commands.add_parser(
        "check",
        help="say what is wrong",
        description="Exit code 0: nothing is wrong with the content; 1: something is.",
    )
    check.set_defaults(run=run_check)
    sources = commands.add_parser(
        "sources",
        help="write the list of sources",
        description="Item, rule, source, mark and who must confirm it, made from the data.",
    )
    sources.add_argument(
        "--out", type=Path, default=SOURCES, metavar="FILE", help=f"default {SOURCES.as_posix()}"
    )
    sources.set_defaults(run=run_sources)
    paper = commands.add_parser(
        "paper",
        help="print blank visit sheets",
        description="Write a PDF for each kind of visit, to be filled in by hand on a day without a tablet. What is "
        "written on one is copied into Hearthside afterwards, with its times, and marked as copied from paper.",
    )
    paper.add_argument("directory", type=Path, metavar="DIR", help="made when it is not there")
    paper.add_argument("--kind", metavar="KIND", help="only this kind of visit, by its id")
    paper.add_argument("--language", default="en", metavar="CODE", help="en (default) or es")
    paper.set_defaults(run=run_paper)
    _add_pack_parser(commands)


def _add_pack_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    pack = subparsers.add_parser(
        "pack", help="sign and verify content packs", description="Content packs hold scales under licence."
    )
    commands = pack.add_subparsers(title="commands", metavar="COMMAND", required=True)
    key = commands.add_parser(
        "key", help="make a signing key", description="Write a new Ed25519 key; print its public half."
    )
    key.add_argument("--out", type=Path, required=True, metavar="FILE", help="the private key, kept secret")
    key.set_defaults(run=run_key)
    sign = commands.add_parser(
        "sign",
        help="sign a pack",
        description="Check the instruments of an unsigned pack and write it signed.",
    )
    sign.add_argument("unsigned", type=Path, metavar="PACK")
    sign.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private key, PEM")
    sign.add_argument("--out", type=Path, required=True, metavar="FILE")
    sign.set_defaults(run=run_sign)
    verify = commands.add_parser(
        "verify",
        help="check a pack as the app would",
        description="Exit code 0: the app would use it; 1: it would not, and why.",
    )
    verify.add_argument("pack", type=Path, metavar="PACK")
    verify.add_argument("--keys", type=Path, required=True, metavar="FILE", help="content-keys.json")
    verify.set_defaults(run=run_verify)


def run_export(args: argparse.Namespace) -> int:
    from app.sync.fhir.content_export import encode_bundle, encode_questionnaire

    instruments = list(load().values())
    if args.stdout:
        print(json.dumps(encode_bundle(instruments), indent=1, ensure_ascii=False))
        return OK
    try:
        args.directory.mkdir(parents=True, exist_ok=True)
        for instrument in instruments:
            text = json.dumps(encode_questionnaire(instrument), indent=1, ensure_ascii=False)
            (args.directory / f"{instrument.id}.json").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise ContentProblem(f"{args.directory} cannot be written ({error.strerror}).") from error
    print(f"{len(instruments)} Questionnaires in {args.directory}")
    return OK


def run_paper(args: argparse.Namespace) -> int:
    from app.content import spoken
    from app.content.visit_kinds import load_kinds
    from app.language import is_known, speak
    from app.paper.blank import make_blank
    from app.paper.pdf import draw_blank

    if not is_known(args.language):
        raise ContentProblem(f"There are no sheets in the language {args.language}.")
    speak(args.language)
    kinds = [one for one in load_kinds().kinds if args.kind in (None, one.id) and one.open]
    if not kinds:
        raise ContentProblem(f"There is no kind of visit {args.kind} that is written on paper.")
    content, sections = spoken.load(), spoken.load_sections()
    try:
        args.directory.mkdir(parents=True, exist_ok=True)
        for kind in kinds:
            (args.directory / f"visit-{kind.id}.pdf").write_bytes(
                draw_blank(make_blank(kind, content, sections))
            )
    except OSError as error:
        raise ContentProblem(f"{args.directory} cannot be written ({error.strerror}).") from error
    print(f"{len(kinds)} visit sheets in {args.directory}")
    return OK


def run_check(_args: argparse.Namespace) -> int:
    from app.content.audit import audit

    try:
        found = audit()
        count = len(load())
    except ContentError as error:
        print(error)
        return PROBLEM
    for sentence in found:
        print(sentence)
    print(f"{count} instruments, {len(found)} complaints")
    return PROBLEM if found else OK


def run_sources(args: argparse.Namespace) -> int:
    from app.content.sources import make_sources

    try:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(make_sources(), encoding="utf-8")
    except OSError as error:
        raise ContentProblem(f"{args.out} cannot be written ({error.strerror}).") from error
    print(args.out)
    return OK


def run_key(args: argparse.Namespace) -> int:
    """A new signing key; the file is readable by this user only and never overwritten."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from app.services.content_packs import describe_key

    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        with os.fdopen(os.open(args.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
    except OSError as error:
        raise ContentProblem(f"{args.out} cannot be made ({error.strerror}).") from error
    print(json.dumps({"keys": describe_key(key.public_key().public_bytes_raw())}, indent=1))
    return OK


def run_sign(args: argparse.Namespace) -> int:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from app.content.packs import read_envelope
    from app.services.content_packs import read_file, sign

    try:
        key = serialization.load_pem_private_key(args.key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise ContentProblem(f"{args.key} holds no private key.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ContentProblem(f"{args.key} is not an Ed25519 key.")
    try:
        signed = sign(read_envelope(args.unsigned.name, read_file(args.unsigned)), key)
        args.out.write_text(json.dumps(signed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except ContentError as error:
        raise ContentProblem(f"{error}.") from error
    except OSError as error:
        raise ContentProblem(f"{args.out} cannot be written ({error.strerror}).") from error
    print(f"{args.out}: signed with key {signed['key']}")
    return OK


def run_verify(args: argparse.Namespace) -> int:
    from app.services.content_packs import read_file, read_keys_file, verify

    pack = verify(args.pack.name, read_file(args.pack), read_keys_file(args.keys))
    names = ", ".join(one.short_name for one in pack.instruments)
    print(f"{pack.title}, version {pack.version}: {names}")
    return OK
