"""Running `hearthside plan …`: as a process of its own, and, for what ends at once, in this one."""

from __future__ import annotations

import argparse
import ipaddress
import os
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from plan.command import add_plan_parser
from tests.support.processes import Program

PROGRAM = """
import argparse, sys
from plan.command import add_plan_parser
parser = argparse.ArgumentParser(prog="hearthside")
add_plan_parser(parser.add_subparsers(required=True))
args = parser.parse_args()
sys.exit(args.run(args))
"""
ROOT = Path(__file__).parents[2]


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HEARTHSIDE_", "XDG_"))}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def command(*words: str) -> list[str]:
    return [sys.executable, "-c", PROGRAM, "plan", *words]


def run(home: Path, *words: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(home) | variables,
        cwd=home,
    )


def start(programs: list[Program], home: Path, *words: str) -> tuple[Program, str]:
    program = Program(command("serve", "--port", "0", *words), environment(home))
    programs.append(program)
    return program, program.wait_for(r"Plan backend ready at (http://127\.0\.0\.1:\d+)$").group(1)


def make_certificate(directory: Path) -> ssl.SSLContext:
    """A self-signed certificate for 127.0.0.1 in `cert.pem` and `key.pem`, and a context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    certificate = builder.add_extension(here, critical=False).sign(key, hashes.SHA256())
    (directory / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (directory / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return ssl.create_default_context(cafile=str(directory / "cert.pem"))


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hearthside")
    add_plan_parser(parser.add_subparsers(required=True))
    return parser.parse_args(["plan", *words])


class Here:
    """Short commands, run in this process."""

    def __init__(self, database: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.database = database
        self.capsys = capsys

    def succeed(self, *words: str) -> str:
        """What it prints."""
        args = parse(*words, "--db", self.database)
        assert args.run(args) == 0, self.capsys.readouterr().err
        return self.capsys.readouterr().out

    def fail(self, *words: str) -> str:
        """What it says on stderr: one line, and nothing but it."""
        more = () if "--db" in words else ("--db", self.database)
        args = parse(*words, *more)
        assert args.run(args) == 1
        said = self.capsys.readouterr().err
        assert said.startswith("hearthside plan: ")
        assert len(said.splitlines()) == 1
        return said
