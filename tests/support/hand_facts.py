"""Facts written as a clinician would: "11-02 10:00 visit home; 11-02 10:05 pain 6". Made into rows of the fact tables.

Each event is a time where the plan is (Los Angeles; the year is 2026 unless written), a word, and what belongs to it.
"PST" or "PDT" after a time tells the two hours apart that a night in November has twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from plan.outcomes import tables
from tests.support.hand_times import FOREVER, ZONE, after, ms, until_of

_ITEMS = {"pain": "esas-pain", "breath": "esas-sob", "wellbeing": "esas-wb"}
_SETTINGS = {"home": "home", "assisted-living": "assisted-living", "nursing-home": "nursing-home-long"}


class Facts:
    """Collects rows, then writes them. One person's events are said in their order."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, dict[str, Any]]] = []
        self._visit: dict[str, Any] = {}
        self._scores: dict[str, int] = {}
        self._count = 0
        self._verbs: dict[str, Callable[[str, int, list[str]], None]] = {
            "visit": self._make_visit,
            "score": self._score,
            "painad": self._painad,
            "survey": self._survey,
            "level": self._level,
            "did": self._did,
            "opioid": self._opioid,
            "regimen": self._regimen,
            "paper": self._paper,
            "talk": self._talk,
            "home-from": self._home_from,
            "stay": self._stay,
            "in-hospital": self._in_hospital,
            "phase": self._phase,
            "refer": self._refer,
            "decline": self._decline,
            "hospice": self._hospice,
            "covered": self._covered,
        }

    def person(self, who: str, row: dict[str, str]) -> None:
        """One line of a table: `Born`, `Roster`, `Died`, `Language`, and the events of `What happened`."""
        died = row.get("Died", "")
        self._visit, self._scores = {}, {}
        self._add(
            "member",
            who,
            birth_date=None if row.get("Born") == "unknown" else row.get("Born") or "1950-06-15",
            is_dead=int(bool(died)),
            died_ms=ms(died) if died and died != "unknown" else None,
            language=row.get("Language") or "en",
            setting="home",
        )
        for spell in row.get("Roster", "").split(","):
            self._roster(who, spell.split())
        for event in filter(None, (one.strip() for one in row["What happened"].split(";"))):
            words = event.split()
            zone = words.pop(2) if len(words) > 2 and words[2] in ("PST", "PDT") else ""
            self._verbs[words[2]](who, ms(f"{words[0]} {words[1]} {zone}".strip()), words[3:])

    def write(self, connection: Connection) -> None:
        for name in dict.fromkeys(table.name for table, _ in self.rows):
            of = [(table, values) for table, values in self.rows if table.name == name]
            connection.execute(of[0][0].insert(), [values for _, values in of])

    def _add(self, table: str, who: str, **values: Any) -> dict[str, Any]:
        # What a line does not say: NULL where the table allows it, else "unknown".
        known: dict[str, Any] = {
            column.name: None if column.nullable else "unknown"
            for column in getattr(tables, table).c
            if column.name != "row"
        }
        made = known | {"patient_id": who} | values
        self.rows.append((getattr(tables, table), made))
        self._count += 1
        return made

    def _name(self, who: str) -> str:
        return f"{who}-{self._count}"

    def _roster(self, who: str, words: list[str]) -> None:
        if words == ["never"]:
            return
        since = ms(words[words.index("from") + 1]) if "from" in words else ms("2025-01-01")
        self._add(
            "roster",
            who,
            since_ms=since,
            until_ms=until_of(words),
        )

    def _visit_row(self, who: str, at: int, words: list[str]) -> dict[str, Any]:
        where = words[0]
        modality = where if where in ("telephone", "video") else "in-person"
        seen = where != "nobody"
        return {
            "visit_id": self._name(who),
            "seen": int(seen),
            "modality": modality,
            "setting": _SETTINGS.get(where, "home"),
            "at_home": int(seen and where in ("home", "assisted-living")),
            "began_ms": at,
            "left_ms": at + 3_600_000,
            "local_date": datetime.fromtimestamp(at / 1000, ZONE).date().isoformat(),
            "interpreter_needed": after(words, "interpreter") or "no",
            "interpreter_used": after(words, "used"),
        }

    def _make_visit(self, who: str, at: int, words: list[str]) -> None:
        self._visit = self._add("visit", who, **self._visit_row(who, at, words))
        self._scores = {}

    def _score(self, who: str, at: int, words: list[str]) -> None:
        """Item, then a number, a code in quotes ("'yes'") or why there is none; "by family"; "alone": of no visit."""
        item, said = _ITEMS.get(words[0], words[0]), words[1]
        turn = self._scores.get(item, -1) + 1
        self._scores[item] = turn
        number = said.replace(".", "", 1).isdigit()
        self._add(
            "score",
            who,
            visit_id=None if "alone" in words else self._visit.get("visit_id"),
            instrument=after(words, "of") or "esas-r",
            item=item,
            at_ms=at,
            turn=turn,
            number=float(said) if number else None,
            code=said.strip("'") if said.startswith("'") else None,
            absent=None if number or said.startswith("'") else said,
            answered_by=None if "unsaid" in words else after(words, "by") or "patient",
        )

    def _painad(self, who: str, at: int, words: list[str]) -> None:
        for place, number in enumerate(words, start=1):
            self._score(who, at, [f"painad-{place}", number, "of", "painad"])

    def _survey(self, who: str, at: int, words: list[str]) -> None:
        """ "heard-understood 3 of-4": three of four answers are the best one."""
        best, items = int(words[1]), int(words[2].removeprefix("of-"))
        for place in range(items):
            code = "'completely'" if place < best else "'mostly'"
            by = ["by", after(words, "by") or "patient"]
            self._score(who, at, [f"q-{place}", code, "of", words[0], "alone", *by])

    def _level(self, who: str, at: int, words: list[str]) -> None:
        self._add(
            "score",
            who,
            instrument="comfort-level",
            item=_ITEMS[words[0]],
            at_ms=at,
            turn=0,
            number=float(words[1]),
        )

    def _did(self, who: str, at: int, words: list[str]) -> None:
        visit = None if "alone" in words else self._visit.get("visit_id")
        self._add("action", who, visit_id=visit, symptom=words[0], kind=words[1], how="done", at_ms=at)

    def _medicine(self, who: str, at: int, kind: str, words: list[str]) -> None:
        answer = words[0] if words and words[0] in ("yes", "no", "contraindicated") else None
        self._add(
            "medicine",
            who,
            resource_id=self._name(who),
            kind=kind,
            source="answer" if answer else "order",
            answer=answer,
            has_reason=int("because" in words),
            taken=int("stopped" not in words and answer in (None, "yes")),
            from_ms=at,
            until_ms=until_of(words),
            from_date=datetime.fromtimestamp(at / 1000, ZONE).date().isoformat(),
        )

    def _opioid(self, who: str, at: int, words: list[str]) -> None:
        self._medicine(who, at, "opioid", words)

    def _regimen(self, who: str, at: int, words: list[str]) -> None:
        self._medicine(who, at, "bowel-regimen", words)

    def _paper(self, who: str, at: int, words: list[str]) -> None:
        says = after(words, "says")
        self._add(
            "document",
            who,
            resource_id=self._name(who),
            kind=words[0],
            says=says,
            from_ms=at,
            until_ms=until_of(words),
        )

    def _talk(self, who: str, at: int, words: list[str]) -> None:
        """ "held matters worries no-understanding": filled; "no-…": did not want to. "offered not-wanted": not held."""
        held = words[0] == "held"
        fields = {
            word.removeprefix("no-"): "not-wanted" if word.startswith("no-") else "said"
            for word in words[1:]
            if held
        }
        self._add(
            "conversation",
            who,
            visit_id=self._visit.get("visit_id"),
            held=int(held),
            voluntary="accepted" if held else words[1],
            at_ms=at,
            decided=0,
            **fields,
        )

    def _home_from(self, who: str, at: int, words: list[str]) -> None:
        self._add(
            "transition",
            who,
            stay_id=self._name(who),
            place=words[0],
            left_ms=at,
            time_known=1,
            due_ms=at + 48 * 3_600_000,
            left_date=datetime.fromtimestamp(at / 1000, ZONE).date().isoformat(),
            outcome=after(words, "because"),
        )

    def _stay(self, who: str, at: int, words: list[str]) -> None:
        self._add(
            "stay",
            who,
            stay_id=self._name(who),
            place=after(words, "in") or "hospital",
            from_ms=at,
            until_ms=until_of(words),
            to_home=1,
        )

    def _in_hospital(self, who: str, at: int, words: list[str]) -> None:
        self._add(
            "hospital",
            who,
            stay_id=self._name(who),
            from_ms=at,
            until_ms=until_of(words),
            wish=after(words, "wish"),
        )

    def _phase(self, who: str, at: int, words: list[str]) -> None:
        until = until_of(words)
        ended = None if until == FOREVER else after(words, "by") or "phase"
        self._add("phase", who, phase=words[0], from_ms=at, until_ms=until, ended_by=ended)

    def _refer(self, who: str, at: int, words: list[str]) -> None:
        started, closed = after(words, "began"), after(words, "ended")
        self._add(
            "referral",
            who,
            request_id=self._name(who),
            target=words[0],
            at_ms=at,
            state=after(words, "state") or "proposed",
            started_ms=ms(started) if started else None,
            closed_ms=ms(closed) if closed else None,
            local_date=datetime.fromtimestamp(at / 1000, ZONE).date().isoformat(),
        )

    def _decline(self, who: str, at: int, words: list[str]) -> None:
        until = ms(words[words.index("until") + 1]) if "until" in words else None
        self._add(
            "decline",
            who,
            what=words[0],
            scope=words[1] if len(words) > 1 and words[1] != "until" else None,
            at_ms=at,
            until_ms=until,
        )

    def _hospice(self, who: str, at: int, words: list[str]) -> None:
        self._add("programme", who, programme="hospice", from_ms=at, until_ms=until_of(words))

    def _covered(self, who: str, at: int, words: list[str]) -> None:
        self._add(
            "enrolment", who, line="medicaid", organisation="unknown", from_ms=at, until_ms=until_of(words)
        )
