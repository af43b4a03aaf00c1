"""How and where one meets: two sets of large choices, used to begin a visit and to mend it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import flet as ft

from app.domain.visit import Modality, Setting
from app.language import tr
from app.views import text, theme
from app.views.widgets.base import group
from app.views.widgets.buttons import choice

MODALITY_ICONS = {
    Modality.IN_PERSON: ft.Icons.DIRECTIONS_WALK,
    Modality.TELEPHONE: ft.Icons.PHONE_OUTLINED,
    Modality.VIDEO: ft.Icons.VIDEOCAM_OUTLINED,
}
SETTING_ICONS = {
    Setting.HOME: ft.Icons.HOME_OUTLINED,
    Setting.ASSISTED_LIVING: ft.Icons.APARTMENT,
    Setting.NURSING_HOME_SHORT: ft.Icons.NIGHT_SHELTER_OUTLINED,
    Setting.NURSING_HOME_LONG: ft.Icons.NIGHT_SHELTER_OUTLINED,
    Setting.OFFICE: ft.Icons.MEDICAL_SERVICES_OUTLINED,
    Setting.HOSPITAL: ft.Icons.LOCAL_HOSPITAL_OUTLINED,
}


def where_choices(
    prefix: str,
    modality: Modality | None,
    setting: Setting | None,
    pick_modality: Callable[[Modality], None],
    pick_setting: Callable[[Setting], None],
) -> list[ft.Control]:
    """Two groups of choices; `prefix` begins their test names."""

    def tap_modality(value: Modality, _: Any) -> None:
        pick_modality(value)

    def tap_setting(value: Setting, _: Any) -> None:
        pick_setting(value)

    how = [
        choice(
            f"{prefix}-{value.value}",
            tr(text.MODALITY[value]),
            value is modality,
            partial(tap_modality, value),
            icon=MODALITY_ICONS[value],
            size=17,
        )
        for value in Modality
    ]
    where = [
        choice(
            f"{prefix}-{value.value}",
            tr(text.SETTING[value]),
            value is setting,
            partial(tap_setting, value),
            icon=SETTING_ICONS[value],
            size=17,
        )
        for value in Setting
    ]
    return [
        group(tr(text.HOW_DO_YOU_MEET), [ft.Row(how, wrap=True, spacing=theme.S2, run_spacing=theme.S2)]),
        group(tr(text.WHERE_IS_SHE), [ft.Row(where, wrap=True, spacing=theme.S2, run_spacing=theme.S2)]),
    ]
