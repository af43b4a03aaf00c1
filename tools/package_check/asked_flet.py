"""Asks Flet's own build command what it makes of our settings. Runs in the environment that has `flet-cli`.

Only what comes before Flutter is called: the entry point, the merged settings, what is left out, icons and splashes.
Flet's command wants a list of the Pythons it can bundle, which it fetches; here it is told one release, and that is all
that is made up. Writes answer.json: Flet prints what it likes on standard output.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from flet_cli.commands.build import Command
from flet_cli.utils.app_excludes import find_default_excludes
from flet_cli.utils.pyproject_toml import load_pyproject_toml
from flet_cli.utils.python_versions import PythonRelease
from flet_platform_assets import IconOptions, SplashOptions, load_source, render_icons, render_splash, write
from flet_platform_assets._imaging import parse_hex_color

TARGETS = ("apk", "aab", "ipa", "linux", "macos", "windows")
ABIS = ("arm64-v8a", "armeabi-v7a", "x86_64")


def read_settings(project: Path, target: str) -> Command:
    """Flet's build command for one target, with our settings merged, up to where it would make a Flutter project."""
    parser = argparse.ArgumentParser()
    command = Command(parser)
    command.options = parser.parse_args([target, str(project)])
    command.target_platform = target
    command.package_platform = command.platforms[target]["package_platform"]
    command.config_platform = command.platforms[target]["config_platform"]
    command.python_app_path = project
    command.build_dir = project / "build"
    command.flutter_dir = command.build_dir / "flutter"
    command.get_pyproject = load_pyproject_toml(project)
    command.python_release = PythonRelease("3.14", "3.14", "3.14", ABIS, prerelease=False)
    command.skip_flutter_doctor = True
    command.verbose = 0
    command.validate_entry_point()
    command.setup_template_data()
    return command


def stage(command: Command, project: Path, to: Path) -> list[str]:
    """Copy what the build would pack, as the packager leaves out. Returns the top-level names that got in."""
    explicit = ["build", *command.get_platform_setting("app.exclude", [])]
    include = command.get_platform_setting("app.include", [])
    left_out = {*explicit, *find_default_excludes(project, include, explicit)}

    def ignore(directory: str, names: list[str]) -> set[str]:
        here = Path(directory).relative_to(project)
        return {name for name in names if str(here / name) in left_out}

    shutil.copytree(project, to, ignore=ignore)
    return sorted(one.name for one in to.iterdir())


def draw(command: Command, project: Path, to: Path) -> dict[str, Any]:
    """Icons and splashes of a platform, drawn by Flet's own code: how many files, and what it warns of."""
    said: list[str] = []
    drawn = 0
    data = command.template_data
    source, done = load_source(project / "assets" / "icon.png")
    platform = command.config_platform
    options = IconOptions(
        background=parse_hex_color(command.icon_background_value(platform)),
        macos_style=command.get_pyproject("tool.flet.macos.icon_style") or "auto",
        application_id=data["bundle_id"],
    )
    results = [render_icons(source, options, platform=platform, pre_rendered=done, derived=True)]
    if platform in ("android", "ios"):
        colours = SplashOptions(
            color=data["splash"]["color"],
            dark_color=data["splash"]["dark_color"],
            icon_background=command.splash_setting("icon_background"),
            icon_dark_background=command.splash_setting("icon_dark_background"),
        )
        results.append(render_splash(source, None, colours, platform=platform, derived=True))
    for result in results:
        said += result.warnings
        drawn += len(write(result, to, declared_only=False))
    return {"files": drawn, "warnings": said}


def main() -> int:
    """Arguments: the project, and an empty directory to put things into."""
    project, place = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    answer: dict[str, Any] = {}
    for target in TARGETS:
        command = read_settings(project, target)
        data = command.template_data
        answer[target] = {
            "bundle_id": data["bundle_id"],
            "product": data["product_name"],
            "options": data["options"],
            "splash": data["splash"],
            "manifest_application": command.get_pyproject("tool.flet.android.manifest_application"),
            "drawn": draw(command, project, place / "drawn" / target),
        }
        if target == "apk":
            answer["packed"] = stage(command, project, place / "packed")
    (place / "answer.json").write_text(json.dumps(answer, default=str, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
