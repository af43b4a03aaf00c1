"""ESAS-r's nine items as they go over the wire: link id, short name, the scale's own words, LOINC.

ESAS-r © Division of Palliative Care Medicine, Department of Oncology, University of Alberta; Covenant Health /
Alberta Health Services. Codes: LOINC, and SNOMED CT for the whole scale.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EsasItem:
    link_id: str
    name: str
    text: str
    loinc: str


ITEMS = (
    EsasItem("esas-pain", "Pain", "Pain", "112494-0"),
    EsasItem("esas-tired", "Tiredness", "Tiredness (Tiredness = lack of energy)", "112495-7"),
    EsasItem("esas-drowsy", "Drowsiness", "Drowsiness (Drowsiness = feeling sleepy)", "112496-5"),
    EsasItem("esas-nausea", "Nausea", "Nausea", "112497-3"),
    EsasItem("esas-appetite", "Lack of Appetite", "Lack of Appetite", "112498-1"),
    EsasItem("esas-sob", "Shortness of Breath", "Shortness of Breath", "112499-9"),
    EsasItem("esas-depr", "Depression", "Depression (Depression = feeling sad)", "112500-4"),
    EsasItem("esas-anx", "Anxiety", "Anxiety (Anxiety = feeling nervous)", "112501-2"),
    EsasItem("esas-wb", "Wellbeing", "Wellbeing (Wellbeing = how you feel overall)", "112502-0"),
)
TOTAL = "112493-2"
PANEL = (
    ("http://loinc.org", ("112503-8", "ESAS")),
    ("http://snomed.info/sct", ("451021004", "Edmonton Symptom Assessment System (assessment scale)")),
)
