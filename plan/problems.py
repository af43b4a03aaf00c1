"""What can go wrong for the person who runs the plan backend, as a sentence to read on a terminal."""

from __future__ import annotations


class PlanProblem(Exception):
    """Something an operator can put right. `str(problem)` is one line, without patient data or secrets."""
