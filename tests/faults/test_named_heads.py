"""By name: two heads of a conversation from two nurses. Both stand everywhere until a person has chosen."""

from __future__ import annotations

from pathlib import Path

from app.domain.conversation import list_heads, list_history, what_stands
from app.services.conflict_models import BOTH
from tests.support.two_nurses import PATIENT, Desk, meeting


async def stands(desk: Desk) -> dict[str, tuple[str, ...]]:
    versions = (await desk.parts()).conversation.versions
    return {one.field.id: tuple(s.text for s in one.sayings) for one in what_stands(versions)}


async def test_f06_two_heads_of_a_conversation_from_two_nurses(tmp_path: Path) -> None:
    async with meeting(tmp_path) as team:
        await team.ana.say(conv_hospital="yes", conv_matters_words="Her garden", conv_place_care="home")
        await team.meet()
        # Both talk to her while their tablets hear nothing of each other.
        await team.ana.say(conv_hospital="no", conv_matters_words="Being at home")
        await team.ben.say(conv_hospital="yes", conv_matters_words="Seeing her sister")
        await team.meet()
        for desk in team.desks:
            versions = (await desk.parts()).conversation.versions
            assert len(list_heads(versions)) == 2
            assert len((await stands(desk))["conv-matters"]) == 2
            line = await desk.find_line()
            assert (line.patient_id, line.what, set(line.who)) == (
                PATIENT,
                "conversation",
                {"Ana Ruiz, RN", "Ben Ochoa, RN"},
            )

        page = await team.ben.open()
        assert [section.id for section in page.sections] == ["conv-matters", "conv-hospital"]
        anas = next(n for n, side in enumerate(page.sides) if side.who == "Ana Ruiz, RN")
        await team.ben.conflicts.choose(
            page.line.id, {"conv-matters": BOTH, "conv-hospital": anas}, page.mark
        )
        assert await team.ben.conflicts.list_all() == (), "settled here before it is sent"
        await team.meet()

        expected = await stands(team.ben)
        assert expected["conv-hospital"] == ("No.",)
        assert len(expected["conv-matters"]) == 1
        assert "Being at home" in expected["conv-matters"][0]
        assert "Seeing her sister" in expected["conv-matters"][0]
        assert expected["conv-place-care"] == ("Home.",), "what nobody differed about stands as it was"
        for desk in team.desks:
            assert await stands(desk) == expected
            assert await desk.conflicts.list_all() == ()
            versions = (await desk.parts()).conversation.versions
            (head,) = list_heads(versions)
            assert (head.author.name, head.settles) == ("Ben Ochoa, RN", True)
            was = {change.title: change.before for change in list_history(versions)[0].changes}
            assert set(was["Going to hospital"]) == {"Yes.", "No."}, "what was not chosen is still read"

        async with team.as_user("sue") as plan:
            (response,) = [
                entry["resource"]
                for entry in (await plan.get(f"QuestionnaireResponse?patient={PATIENT}")).json()["entry"]
                if "encounter" not in entry["resource"]
            ]
            write = next(t["code"] for t in response["meta"]["tag"] if t["system"].endswith(":write"))
            provenance = (await plan.get(f"Provenance/{write}")).json()
            procedures = (await plan.get(f"Procedure?patient={PATIENT}&_summary=count")).json()["total"]
        assert procedures == 3, "three talks; choosing between two is none"
        revised = {one["what"]["reference"] for one in provenance["entity"] if one["role"] == "revision"}
        sides = {side for version in list_history((await team.sue.parts()).conversation.versions)
                 for side in version.version.saw if version.version.settles}  # fmt: skip
        assert len(sides) == 2
        assert sides <= revised
        assert provenance["agent"][0]["who"]["display"] == "Ben Ochoa, RN"


async def test_two_who_both_settled_it_offline_are_asked_once_more_and_lose_nothing(tmp_path: Path) -> None:
    async with meeting(tmp_path) as team:
        await team.ana.say(conv_hospital="no")
        await team.ben.say(conv_hospital="yes")
        await team.meet()
        await team.ana.take("Ana Ruiz, RN")
        await team.sue.take("Ben Ochoa, RN")
        await team.meet()
        for desk in team.desks:
            assert set((await stands(desk))["conv-hospital"]) == {"Yes.", "No."}
            assert set((await desk.find_line()).who) == {"Ana Ruiz, RN", "Sue Park, RN"}
        await team.ben.take("Ana Ruiz, RN")
        await team.meet()
        for desk in team.desks:
            assert (await stands(desk))["conv-hospital"] == ("No.",)
            assert await desk.conflicts.list_all() == ()
            assert len((await desk.parts()).conversation.versions) == 5
