"""What people themselves say in a survey: heard and understood (CBE 3665), help wanted for pain (CBE 3666).

The nurse never hands these over; a plan that sends them may feed the answers in. Until then every row says "no data".
"""

from __future__ import annotations

from plan.outcomes.measures.common import DAY_MS, PEOPLE
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit

ANSWER_DAYS = 183
"""An answer that comes more than six months after the visit does not count."""

SQL = """
asked AS (  -- adults with a visit in the period, and the answers that came after the first of them
    SELECT p.patient_id, p.birth_date, p.died_ms, f.began_ms, f.local_date,
           MIN(s.at_ms) AS answered_ms,
           COUNT(DISTINCT s.item) AS answers,
           COUNT(DISTINCT CASE WHEN s.code = 'completely' THEN s.item END) AS top,
           MAX(CASE WHEN s.answered_by IS NULL OR s.answered_by IN ('patient', 'caregiver-assisted')
                    THEN 1 ELSE 0 END) AS own
    FROM people p
    JOIN (
        SELECT v.patient_id, MIN(v.began_ms) AS began_ms, MIN(v.local_date) AS local_date FROM outcome_visit v
        WHERE v.seen = 1 AND v.began_ms >= :start_ms AND v.began_ms < :end_ms
        GROUP BY v.patient_id
    ) f ON f.patient_id = p.patient_id
    LEFT JOIN outcome_score s
      ON s.patient_id = p.patient_id AND s.instrument = :survey AND s.code IS NOT NULL
     AND s.at_ms >= f.began_ms AND s.at_ms <= f.began_ms + :answer_ms
    WHERE p.birth_date IS NULL
       OR (CAST(REPLACE(f.local_date, '-', '') AS INTEGER)
           - CAST(REPLACE(p.birth_date, '-', '') AS INTEGER)) / 10000 >= 18
    GROUP BY p.patient_id, p.birth_date, p.died_ms, f.began_ms, f.local_date
),
judged AS (
    SELECT patient_id, began_ms,
           CASE WHEN birth_date IS NULL THEN 'birth-date-unknown'
                WHEN answers = 0 AND died_ms < began_ms + :answer_ms THEN 'died'
                WHEN answers = 0 THEN 'no-survey'
                WHEN died_ms < answered_ms OR own = 0 THEN 'by-others'
                WHEN top >= :items THEN 'completely'
                ELSE 'not-completely' END AS reason
    FROM asked
),
units AS (
    SELECT patient_id, 'Patient/' || patient_id AS unit, began_ms AS at_ms,
           CASE reason WHEN 'completely' THEN 'met'
                       WHEN 'not-completely' THEN 'missed'
                       WHEN 'by-others' THEN 'excluded'
                       WHEN 'died' THEN 'died'
                       ELSE 'no-data' END AS standing,
           reason, CAST(NULL AS FLOAT) AS value
    FROM judged
)"""

_REASONS = {
    "completely": "Completely true",
    "not-completely": "Less than completely true",
    "by-others": "Answered by somebody else alone, or after the person's death",
    "no-survey": "No survey came back",
    "birth-date-unknown": "Birth date not known",
    "died": "Died, no answer",
}
_UNVERIFIED = (
    "Published for office visits: our visits at home lie outside, so this is a signal for the plan's own use."
)
_EXCLUSIONS = "Answered by somebody else alone; answered after six months or after the person's death."

HEARD = Measure(
    id="MIPS495",
    title="Felt heard and understood",
    unit=Unit.MEMBER,
    numerator='All four questions answered "Completely true".',
    denominator="Adults on the roster with a visit in the period whose survey came back.",
    exclusions=_EXCLUSIONS,
    data_source="None in the app: the plan's own survey",
    source="MIPS 495 / CBE 3665 (p4qm.org/measures/3665, healthmonix.com)",
    mark=Mark.VERIFIED,
    basis=Basis.PUBLISHED,
    unverified=_UNVERIFIED,
    reasons=_REASONS,
    sql=f"{PEOPLE},{SQL}",
    parameters={"survey": "heard-understood", "items": 4, "answer_ms": ANSWER_DAYS * DAY_MS},
    feed="Send each survey that comes back as a QuestionnaireResponse of the questionnaire "
    '"urn:hearthside:survey:heard-understood" with the items hu-1 to hu-4, each a coding whose code is '
    '"completely" for '
    "the best answer; who answered goes into the extension urn:hearthside:answered-by (patient, "
    "caregiver-assisted, family-caregiver). The survey is sent by the plan, never handed over "
    "by a nurse.",
)
PAIN_HELP = Measure(
    id="CBE3666",
    title="Got the help wanted for pain",
    unit=Unit.MEMBER,
    numerator='The best answer ("Completely", "Yes, definitely") to the question about help wanted for pain.',
    denominator="Adults on the roster with a visit in the period who had pain, wanted help, and whose "
    "survey came back.",
    exclusions=_EXCLUSIONS,
    data_source="None in the app: the plan's own survey",
    source="CBE 3666 (p4qm.org/measures/3666, nationalcoalitionhpc.org)",
    mark=Mark.VERIFIED,
    basis=Basis.PUBLISHED,
    unverified=_UNVERIFIED,
    reasons=_REASONS,
    sql=f"{PEOPLE},{SQL}",
    parameters={"survey": "help-for-pain", "items": 1, "answer_ms": ANSWER_DAYS * DAY_MS},
    feed="Send each survey of somebody who had pain and wanted help as a QuestionnaireResponse of the "
    "questionnaire "
    '"urn:hearthside:survey:help-for-pain" with the item hp-1, a coding whose code is "completely" for the '
    "best answer.",
)
