"""Signs in a person who cannot say, looked at again in the visit: the newest look counts as it does for numbers."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from safety_cases import NOW, Told, said

from app.domain.safety import Quiet
from app.domain.visit import Answer, Modality

PAINAD, SIGNS = "PAIN_NONVERBAL", "NONVERBAL_DISTRESS"


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({"painad-1": said("2", "0"), "painad-2": said("2", "1")}, "watch"),
        ({"painad-1": said("2", "0"), "painad-2": said("2")}, "watch"),
        ({"painad-1": said("2", "1", "2"), "painad-2": said("2")}, "today"),
        ({"painad-1": said("1", "2"), "painad-2": said("1", "2")}, "today"),
        ({"painad-1": said("2"), "painad-2": said("2")}, "today"),
        # Never two signs at once: one went as the other came.
        ({"painad-1": said("2", "0"), "painad-2": said("0", "2")}, None),
    ],
)
def test_painad_that_eased_is_one_step_less_urgent_and_one_that_got_worse_fires(
    answers: Mapping[str, Answer], level: str | None
) -> None:
    found = Told(answers).find(PAINAD)
    assert (found and found.level.value) == level
    if level == "watch":
        assert found is not None
        assert found.task
        assert "PAINAD 4 or more, now " in found.finding


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({"distress-face": said("a-lot", "some")}, "watch"),
        ({"distress-face": said("a-lot", "none"), "distress-sounds": said("a-lot")}, "today"),
        ({"distress-face": said("some", "a-lot")}, "today"),
        ({"distress-face": said("a-lot", "some", "a-lot")}, "today"),
        ({"distress-face": said("some"), "distress-usual": said("not-usual", "usual")}, "watch"),
        ({"distress-face": said("some", "none"), "distress-usual": said("not-usual")}, "watch"),
        ({"distress-face": said("some"), "distress-usual": said("usual", "not-usual")}, "today"),
        ({"distress-face": said("some", "none"), "distress-usual": said("usual", "not-usual")}, None),
    ],
)
def test_signs_of_distress_that_eased_are_one_step_less_urgent_and_worse_ones_fire(
    answers: Mapping[str, Answer], level: str | None
) -> None:
    found = Told(answers).find(SIGNS)
    assert (found and found.level.value) == level
    if level == "watch":
        assert found is not None
        assert "It eased in this visit" in found.finding


def test_what_is_usual_is_measured_against_the_worst_look_of_the_visit() -> None:
    answers = {"painad-1": said("2", "0"), "painad-2": said("2"), "painad-3": said("2")}
    (usual,) = Told(answers, quiet=(Quiet("painad", 5, NOW),)).findings()
    assert usual.quieted
    (risen,) = Told(answers, quiet=(Quiet("painad", 4, NOW),)).findings()
    assert not risen.quieted


@pytest.mark.parametrize("modality", [Modality.TELEPHONE, Modality.VIDEO])
def test_what_was_observed_before_the_visit_went_on_by_telephone_stays_valid(modality: Modality) -> None:
    seen = {"4at-4": "yes", "painad-1": "2", "painad-2": "2"}
    assert Told(seen, modality=modality).heard("DELIRIUM")
    assert Told(seen, modality=modality).heard(PAINAD)
