"""Writes docs/mobile-packages.md from what is installed here."""

from __future__ import annotations

from tools.package_check.__main__ import PAGE
from tools.package_check.closure import make_page, read_closure, read_wheels

HEAD = """# What a phone gets

Every package that a build for phones brings along, and where its wheel comes from. Written by
`python -m tools.package_check.page`; `make package-check` fails when it no longer fits what is installed. None of the
compiled ones was installed on a device ([devices](devices.md)).

"""


def main() -> None:
    PAGE.write_text(HEAD + make_page(read_closure(), read_wheels()) + "\n")


if __name__ == "__main__":
    main()
