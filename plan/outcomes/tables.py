"""Fact tables (ADR 0050): narrow, typed, one row a fact, drawn from the FHIR store (`plan.outcomes.refresh`).

They hold no free text and no name of anybody. FHIR resources stay the truth: every row can be thrown away and made
again. Times (`…_ms`) are ms since 1970 UTC; a period is half open, `[from_ms, until_ms)`, and one without an end ends
at `FOREVER`. `…_date` is a day (`2026-11-22`) in the plan's time zone. What the data do not say is NULL or, in columns
that people are grouped by, "unknown". Nothing here counts what was entered in error, is a draft, a practice visit,
restricted (label R or V), or replaced by a later version.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Float, Index, Integer, SmallInteger, String, Table

from plan.database import metadata
from plan.fhir.members import FOREVER

__all__ = ["FACTS", "FOREVER", "UNKNOWN"]

UNKNOWN = "unknown"
_KEY = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *columns: Column[Any]) -> Table:
    """A fact table: its own key, whose fact it is, and an index for taking out one person's rows."""
    made = Table(
        name,
        metadata,
        Column("row", _KEY, primary_key=True, autoincrement=True),
        Column("patient_id", String(64), nullable=False),
        *columns,
    )
    Index(f"{name}_patient", made.c.patient_id)
    return made


def _ms(name: str, *, known: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=not known)


def _word(name: str, *, known: bool = False, most: int = 64) -> Column[Any]:
    return Column(name, String(most), nullable=not known)


def _day(name: str, *, known: bool = False) -> Column[Any]:
    return _word(name, known=known, most=10)


def _yes(name: str) -> Column[Any]:
    """1 or 0."""
    return Column(name, SmallInteger, nullable=False)


member = _table(
    "outcome_member",
    _day("birth_date"),  # NULL unless the whole day is known
    _yes("is_dead"),
    _ms("died_ms"),  # NULL while living, and when nobody says when
    _day("died_date"),
    _word(
        "death_source"
    ),  # plan (Patient.deceased), team (recorded), visit (a nurse wrote it), stay (why no visit came)
    _word("language", known=True),  # BCP 47 code, lower case ("en", "es"), or unknown
    _word("interpreter", known=True),  # yes, no, unknown
    _word("race", known=True),  # OMB code ("2106-3"), declined, more-than-one, unknown
    _word("ethnicity", known=True),  # OMB code ("2135-2"), declined, unknown
    _word("setting", known=True),  # home, assisted-living, nursing-home-short, nursing-home-long, …, unknown
    _word("rurality", known=True),  # urban, rural, unknown
    _word("line", known=True),  # newest line of business, as in outcome_enrolment
    _word("organisation", known=True, most=200),  # newest provider organisation, or unknown
    _word("team_id"),  # the team of the newest CareTeam; rights are judged by `membership`, never by this
)
"""One row for everybody on the roster or with a Patient record: the newest known. Earlier: enrolment, roster, visit."""

roster = _table(
    "outcome_roster",
    _ms("since_ms", known=True),
    _ms("until_ms", known=True),
    _word("line"),  # what the roster itself says for that time; NULL where it says nothing
    _word("organisation", most=200),
    _word("rurality"),
)
"""When the plan counted somebody among the seriously ill; several rows where she left and came back."""
Index("outcome_roster_since", roster.c.since_ms)

enrolment = _table(
    "outcome_enrolment",
    _word(
        "line", known=True
    ),  # medicare-advantage, d-snp, medicaid, medicare, marketplace, employer, other, unknown
    _word("organisation", known=True, most=200),
    _ms("from_ms", known=True),
    _ms("until_ms", known=True),
)
"""Coverage. Two lines may run side by side."""

programme = _table(
    "outcome_programme",
    _word("programme", known=True),  # hospice, community-palliative, ecm, ltss, complex-care, …
    _ms("from_ms", known=True),
    _ms("until_ms", known=True),
)

problem = _table(
    "outcome_problem",
    _word("resource_id", known=True),
    _word("system"),  # icd-10-cm, snomed, other
    _word("code"),
    _word(
        "kind", known=True
    ),  # heart-failure, copd, cancer, liver, kidney, dementia, neuro, stroke, hiv, other
    _ms("from_ms"),
    _ms("until_ms", known=True),
)

visit = _table(
    "outcome_visit",
    _word("visit_id", known=True),  # Encounter id
    _word("nurse_id"),  # Practitioner id
    _yes("seen"),  # 0: it did not take place
    _word(
        "why_not"
    ),  # nobody-home, asked-later, person-no, family-no, not-safe, in-hospital, no-answer, other
    _word("modality", known=True),  # in-person, telephone, video
    _word(
        "setting", known=True
    ),  # home, assisted-living, nursing-home-short, nursing-home-long, office, hospital
    _yes("at_home"),  # seen, in person, where the person lives at home: what closes a 48-hour clock
    _word("kind"),  # routine, first, cannot-speak, from-facility, telephone, not-seen
    _ms("began_ms", known=True),
    _ms("left_ms", known=True),
    _ms("signed_ms"),
    _day("local_date", known=True),  # of began_ms
    # patient, caregiver-assisted, family-caregiver, health-care-professional-caregiver, nobody-observed
    _word("answered_by"),
    _word("interpreter_needed", known=True),  # yes, no, unknown
    _word("line", known=True),  # line of business that the signature froze, or unknown
    _word("organisation", known=True, most=200),  # provider organisation that the nurse named, or unknown
    _word("interpreter_used"),  # in-person, remote, nurse, family-or-staff, not-wanted, missing
)
Index("outcome_visit_began", visit.c.began_ms)
Index("outcome_visit_id", visit.c.visit_id)

score = _table(
    "outcome_score",
    _word("visit_id"),  # NULL: another system's observation
    _word(
        "instrument", known=True
    ),  # esas-r, akps, phase, need-screen, nurse-items, medicines, comfort-level, …
    _word(
        "item", known=True
    ),  # link id: esas-pain, esas-sob, akps, at-peace, need-hospital, bowel-regimen, …
    _ms("at_ms", known=True),
    Column("turn", SmallInteger, nullable=False),  # 0: the visit's own; 1, 2 …: second looks, in their order
    Column("number", Float),  # a number, or the score of a numeric option
    _word("code"),  # a chosen option ("not-wanted"), yes or no; several: one row each
    _word(
        "absent"
    ),  # why there is no value: declined, could-not-answer, could-not-answer-sleepy, not-known, …
    _word("answered_by"),
)
"""Answers that are numbers or chosen words. Exactly one of number/code/absent says something (a numeric option: both
number and code)."""
Index("outcome_score_patient_item", score.c.patient_id, score.c.item, score.c.at_ms)
# Who was not reached has few answers of the asked instruments and maybe hundreds of others (the worklist).
Index("outcome_score_patient_instrument", score.c.patient_id, score.c.instrument, score.c.at_ms)

action = _table(
    "outcome_action",
    _word("visit_id"),
    _word("symptom", known=True),  # pain, dyspnea, nausea, … ; any where it is not said which
    _word("kind", known=True),  # assessment, treatment
    _word(
        "how", known=True
    ),  # second-look, peg-3, distress-signs, painad, done, order, prescriber-call, oxygen
    _ms("at_ms", known=True),
)
"""What was done about a symptom beyond rating it."""

medicine = _table(
    "outcome_medicine",
    _word("resource_id", known=True),
    _word("kind", known=True),  # opioid, bowel-regimen, naloxone
    _word(
        "source", known=True
    ),  # order (MedicationRequest), statement (as taken), answer (asked in the visit)
    _word("answer"),  # only for source answer: yes, no, contraindicated
    _yes("has_reason"),  # a reason was written down
    _yes("taken"),  # 0: not taken, stopped, cancelled
    _word("ingredient"),
    _ms("from_ms", known=True),
    _ms("until_ms", known=True),
    _day("from_date", known=True),
)

conversation = _table(
    "outcome_conversation",
    _word("visit_id"),
    _yes("held"),
    _word("voluntary"),  # person-began, accepted, not-wanted, put-off
    _ms("at_ms", known=True),
    Column("minutes", Integer),
    # Each: said, not-wanted (does not want to discuss, declined), not-discussed, not-known, or NULL: left empty.
    # preferences: what she would or would not go through, going to hospital.
    *map(_word, ("understanding", "information", "matters", "worries", "experience", "prognosis")),
    *map(_word, ("family", "strength", "preferences", "place", "spiritual")),
    _yes("decided"),  # a decision was made; never needed for a conversation to be whole
)

document = _table(
    "outcome_document",
    _word("resource_id", known=True),
    _word("kind", known=True),  # polst, polst-treatment, dnr-form, advance-directive, agent, code-status
    _word("says"),  # cpr-no, cpr-yes, not-decided; of polst-treatment: full, selective, comfort
    _ms("from_ms", known=True),  # when it was recorded
    _ms("until_ms", known=True),  # when it was replaced or taken back
)

transition = _table(
    "outcome_transition",
    _word("stay_id", known=True),  # Encounter id
    _word("place", known=True),  # hospital, skilled-nursing, long-term-nursing, assisted-living
    _ms("left_ms", known=True),  # discharge; 00:00 of the day where the time is not known
    _yes("time_known"),
    _ms("due_ms", known=True),  # 48 hours later, by the clock that never turns
    _day("left_date", known=True),
    _word("outcome"),  # why no visit came: died, readmitted, declined, unreachable, other
    _ms("outcome_ms"),
)
"""Discharges home from a facility, each once (the plan's record and the nurse's own joined)."""

stay = _table(
    "outcome_stay",
    _word("stay_id", known=True),
    _word("place", known=True),
    _ms("from_ms"),  # NULL: only its end is known
    _ms("until_ms", known=True),
    _yes("to_home"),
)

hospital = _table(
    "outcome_hospital",
    _word("stay_id", known=True),
    _ms("from_ms", known=True),
    _ms("until_ms", known=True),  # FOREVER while she is still in
    _word(
        "wish"
    ),  # in force then, from conv-hospital: yes, if-comfort, if-reversible, no, undecided; NULL: none
    _ms("wish_ms"),  # when it was written down
)
"""Time in hospital, cut where the documented wish changed. Rows of one person never overlap."""

phase = _table(
    "outcome_phase",
    _word("phase", known=True),  # stable, unstable, deteriorating, terminal, bereavement
    _ms("from_ms", known=True),
    _ms("until_ms", known=True),  # FOREVER while it lasts, else when another was written, or death
    _word("ended_by"),  # phase, death; NULL while it lasts
)
"""Runs of the same phase, from the first visit that says it to the first that says another."""

referral = _table(
    "outcome_referral",
    _word("request_id", known=True),  # ServiceRequest id
    _word("task_id"),
    _word(
        "target", known=True
    ),  # complex-care, ltss, ecm, hospice, … : the codes of the app's form "referrals"
    _ms("at_ms", known=True),
    _word(
        "state", known=True
    ),  # proposed, sent, accepted, started, closed, declined, not-eligible, no-capacity, lost, …
    _ms("state_ms"),
    _ms("answered_ms"),  # first time that it was accepted, started, closed or ended for a reason
    _ms("started_ms"),
    _ms("closed_ms"),  # first time in a state that ends the loop
    _day("local_date", known=True),  # of at_ms
)

decline = _table(
    "outcome_decline",
    _word("visit_id"),
    _word(
        "what", known=True
    ),  # visit, 48-hour-visit, conversation, topic, referral, interpreter, naloxone, item, calls, programme, family-no
    _word(
        "scope"
    ),  # link id, referral target, programme, or who said no (person, family); of family-no: what
    _ms("at_ms", known=True),
    _ms("until_ms"),  # quiet days end here; NULL: nobody said for how long
)
"""Preferences: what a person did not want, and since when."""

_PERSON = (member, roster, enrolment, programme, problem)
_CARE = (visit, score, action, medicine, conversation, document)
_COURSE = (transition, stay, hospital, phase, referral, decline)
FACTS: tuple[Table, ...] = (*_PERSON, *_CARE, *_COURSE)
"""All of them, `patient_id` in each."""
