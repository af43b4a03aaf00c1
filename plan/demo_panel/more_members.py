"""Members whom Ana Ruiz does not see: Ben Cole's own, and those of team South. None of these people exists."""

from __future__ import annotations

from plan.demo_panel.codes import (
    ACETAMINOPHEN,
    COLON_CANCER,
    HYPERTENSION,
    LUNG_FIBROSIS,
    MORPHINE_LIQUID,
    ONDANSETRON,
    OXYCODONE,
    PREDNISONE,
    PROSTATE_CANCER,
    SENNA,
    STROKE,
)  # fmt: skip
from plan.demo_panel.members import ASIAN, ENGLISH, SPANISH, WHITE
from plan.demo_panel.model import NONE_KNOWN, Allergy, Facility, Line, Member

MORE_MEMBERS = (
    Member(
        key="iniguez", given=("José", "Ángel"), family="Íñiguez Ñáñez", born="1953-05-01", gender="male",
        language=SPANISH, interpreter=True, line=Line.MEDI_CAL, hispanic=True, city="San Fernando",
        street="44 Calle Ocho", nurses=("ben.cole",), problems=(LUNG_FIBROSIS, HYPERTENSION),
        drugs=(PREDNISONE, MORPHINE_LIQUID), allergies=(NONE_KNOWN,), caregiver=("Soledad Íñiguez", "Wife"),
    ),
    Member(
        key="faleolo", given=("Tomasi",), family="Faleolo", born="1947-08-08", gender="male",
        language=("sm", "Samoan"), interpreter=True, line=Line.DUAL,
        race=("2076-8", "Native Hawaiian or Other Pacific Islander"), city="Long Beach", street="1500 Pier View Ave",
        lives_in=Facility.HARBOR, nurses=("ben.cole",), problems=(STROKE, HYPERTENSION), drugs=(ACETAMINOPHEN, SENNA),
        allergies=(), caregiver=("Sina Faleolo", "Daughter"),
    ),
    Member(
        key="sinclair", given=("Margaret",), family="Sinclair-Öztürk", born="1955-02-17", gender="female",
        language=ENGLISH, line=Line.EMPLOYER, race=WHITE, city="Mission Viejo", street="9 Lago Vista",
        team="South", nurses=("david.kim",), problems=(COLON_CANCER,), drugs=(OXYCODONE, ONDANSETRON, SENNA),
        allergies=(Allergy("Latex", "low", "Rash"),), caregiver=("Deniz Öztürk", "Husband"),
    ),
    Member(
        key="bae", given=("Jin-ho",), family="Bae", born="1941-11-30", gender="male", language=("ko", "Korean"),
        interpreter=True, line=Line.ADVANTAGE, race=ASIAN, city="Irvine", street="2210 Jamboree Ct", team="South",
        nurses=("david.kim",), problems=(PROSTATE_CANCER,), drugs=(OXYCODONE, SENNA), allergies=(NONE_KNOWN,),
    ),
)  # fmt: skip
