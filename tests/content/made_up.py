"""A scale made up for the tests: no such instrument exists."""

from __future__ import annotations

from typing import Any

WHEEL: dict[str, Any] = {
    "id": "wheel",
    "version": "3",
    "kind": "scale",
    "name": "Wheel of the day",
    "short_name": "Wheel",
    "instruction": "How does the wheel turn?",
    "attribution": "Wheel (c) nobody",
    "licence": {"terms": "free", "mark": "OWN", "source": "made up", "attribution": "Wheel (c) nobody"},
    "mark": "OWN",
    "confirm": "nobody",
    "sources": ["made up"],
    "items": [
        {
            "linkId": "wheel-a",
            "text": "It turns",
            "kind": "choice",
            "options": [
                {"code": "calm", "display": "Calmly", "score": 0},
                {"code": "wild", "display": "Wildly", "score": 3},
            ],
        },
        {
            "linkId": "wheel-b",
            "text": "It squeaks",
            "kind": "number",
            "minimum": 0,
            "maximum": 5,
            "anchors": ["not at all", "all day"],
            "flag_at": 4,
        },
        {
            "linkId": "wheel-c",
            "text": "Which wheels",
            "kind": "choices",
            "options": [
                {"code": "left", "display": "Left"},
                {"code": "right", "display": "Right", "positive": True},
                {"code": "none", "display": "None", "alone": True},
            ],
            "when": {"linkId": "wheel-a", "any_of": ["wild"]},
        },
        {"linkId": "wheel-d", "text": "Oiled", "kind": "yes-no"},
        {
            "linkId": "wheel-e",
            "text": "By whom",
            "kind": "line",
            "when": {"linkId": "wheel-d", "any_of": ["yes"]},
        },
        {
            "linkId": "wheel-spokes",
            "text": "Spokes",
            "kind": "group",
            "items": [
                {
                    "linkId": "spoke-length",
                    "text": "Length",
                    "kind": "quantity",
                    "unit": {"code": "cm", "display": "cm"},
                },
                {"linkId": "spoke-since", "text": "Since", "kind": "date"},
            ],
        },
    ],
    "panel": [],
    "total": {"rule": "sum", "of": ["wheel-a", "wheel-b"], "positive_at": 5},
    "flag_at": None,
    "bands": [
        {"minimum": 0, "maximum": 2, "label": "round"},
        {"minimum": 5, "maximum": 8, "label": "square"},
    ],
}
