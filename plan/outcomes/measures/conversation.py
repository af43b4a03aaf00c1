"""Conversations about what matters, documented in full: a shape, never a decision."""

from __future__ import annotations

from plan.outcomes.measures.common import PEOPLE
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit

SQL = """
talked AS (  -- whoever was offered a conversation in the period, with what is on record of all held by its end
    SELECT p.patient_id,
           MIN(CASE WHEN c.at_ms >= :start_ms THEN c.at_ms END) AS at_ms,
           MAX(CASE WHEN c.held = 1 AND c.at_ms >= :start_ms THEN 1 ELSE 0 END) AS held,
           MAX(CASE WHEN c.voluntary = 'not-wanted' AND c.at_ms >= :start_ms THEN 1 ELSE 0 END) AS not_wanted,
           MAX(CASE c.understanding WHEN 'said' THEN 2 WHEN 'not-wanted' THEN 1 ELSE 0 END) AS understanding,
           MAX(CASE c.information WHEN 'said' THEN 2 WHEN 'not-wanted' THEN 1 ELSE 0 END) AS information,
           MAX(CASE c.matters WHEN 'said' THEN 2 WHEN 'not-wanted' THEN 1 ELSE 0 END) AS matters,
           MAX(CASE c.worries WHEN 'said' THEN 2 WHEN 'not-wanted' THEN 1 ELSE 0 END) AS worries,
           MAX(CASE c.experience WHEN 'said' THEN 2 WHEN 'not-wanted' THEN 1 ELSE 0 END) AS experience
    FROM people p
    JOIN outcome_conversation c ON c.patient_id = p.patient_id AND c.at_ms < :end_ms
    GROUP BY p.patient_id
    HAVING MIN(CASE WHEN c.at_ms >= :start_ms THEN c.at_ms END) IS NOT NULL
),
judged AS (
    SELECT patient_id, at_ms,
           CASE WHEN held = 0 AND not_wanted = 1 THEN 'conversation-not-wanted'
                WHEN held = 0 THEN 'put-off'
                WHEN understanding + information + matters + worries + experience = 10 THEN 'in-full'
                WHEN understanding > 0 AND information > 0 AND matters > 0 AND worries > 0 AND experience > 0
                THEN 'part-not-wanted'
                ELSE 'parts-missing' END AS reason,
           understanding / 2 + information / 2 + matters / 2 + worries / 2 + experience / 2 AS parts
    FROM talked
),
units AS (
    SELECT patient_id, 'Patient/' || patient_id AS unit, at_ms,
           CASE reason WHEN 'in-full' THEN 'met'
                       WHEN 'parts-missing' THEN 'missed'
                       WHEN 'put-off' THEN 'excluded'
                       ELSE 'preference' END AS standing,
           reason, CAST(parts AS FLOAT) AS value
    FROM judged
)"""

GOC_FULL = Measure(
    id="GOC_FULL",
    title="Conversation documented in full",
    unit=Unit.MEMBER,
    numerator="How the person understands the illness, how much she wants to know, what matters, what "
    "worries, and how she "
    "found the talk: all five on record by the end of the period, in one talk or several. No decision is "
    "needed.",
    denominator="Members on the roster with a conversation about what matters in the period.",
    exclusions="Put off, not held yet. Who did not want to talk, or not about a part, stands apart.",
    data_source="Conversations (Procedure and its answers)",
    source="Paper of this project on conversations (seed 003)",
    mark=Mark.OWN,
    basis=Basis.OWN,
    unverified="The five parts are ours; a medical director confirms them.",
    reasons={
        "in-full": "All five parts are there",
        "parts-missing": "A part is missing",
        "part-not-wanted": "Did not want to talk about a part",
        "conversation-not-wanted": "Did not want to talk",
        "put-off": "Put off, not held yet",
    },
    sql=f"{PEOPLE},{SQL}",
    value_unit="parts",
)
