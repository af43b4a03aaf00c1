"""A visit for a mentor on screen: seen before it is given, free text only after a tap of its own."""

from __future__ import annotations

from app.language import ENGLISH, speak
from app.paper.compose import finish
from app.paper.model import Hand
from app.services.models import Role
from app.sync.sharing import UNREACHABLE, SharingFailed
from app.views.sharing.mentor_parts import in_english, make_case
from app.views.wording import mentor as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_mentor import READING, DoubleMentoring
from tests.views.doubles import DoubleDevice
from tests.views.walk_log import world_of_log


async def open_mentor(app: FletHarness, device: DoubleDevice) -> DoubleMentoring:
    assert device.session is not None
    for one, shows in (
        ("nav-log", "log-row-v0"),
        ("log-row-v0", "reading-mentor"),
        ("reading-mentor", "mentor-give"),
    ):
        await app.tap(one)
        await app.until(lambda shows=shows: app.has(shows), shows)
    return device.session.mentoring


async def test_it_is_seen_first_and_free_text_goes_only_where_it_was_released(mount: Mount) -> None:
    device = DoubleDevice(world_of_log(), role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=390) as app:
        held = await open_mentor(app, device)
        for section in READING.sections:
            assert all(app.shows(line) for line in section.lines)
        assert app.shows(said.NOTE_STAYS)
        assert not app.has("mentor-release-1"), "a passage with a name has no tap"
        assert app.shows(said.refused("A name from the record stands in it."))
        await app.tap("mentor-give")
        await app.until(lambda: app.shows(said.NO_NAME), "a name is needed")
        assert not app.shows(said.RELEASED)
        await app.tap("mentor-release-0")
        await app.until(lambda: app.shows(said.RELEASED), "in the reading too")
        await app.type("mentor-name", " Rosa  Vale, Harbor Hospice")
        await app.tap("mentor-days-7")
        held.error = SharingFailed(UNREACHABLE)
        await app.tap("mentor-give")
        await app.until(lambda: app.shows(UNREACHABLE), "the sentence")
        held.error = None
        await app.tap("mentor-give")
        await app.until(lambda: app.has("sharing-passcode"), "link and passcode")
        (ask,) = held.asked
        assert (ask.visit_id, ask.recipient, ask.days) == ("v0", "Rosa Vale, Harbor Hospice", 7)
        assert (ask.digest, ask.passages) == ("d1", ("p1",))


def test_whoever_reads_another_language_is_told_why_it_is_in_english() -> None:
    assert in_english() == []
    speak("es")
    try:
        assert len(in_english()) == 1
    finally:
        speak(ENGLISH)


def test_the_case_on_paper_holds_no_passage() -> None:
    sheet = finish(make_case(READING), Hand())
    told = str(sheet)
    assert "Pain: 8, then 3" in told
    assert "garden" not in told
    assert said.QUESTIONS[0] in told
