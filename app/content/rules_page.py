"""The safety rules as a page to read: `python -m app.content.rules_page > docs/clinical/safety-rules.md`."""

from __future__ import annotations

from collections.abc import Iterator

from app.content.rules import AS_USUAL, COMMON, SILENT, Level, Parameter, Rule, RuleTable, Variant, load_rules

LEVELS = {
    Level.ACT_NOW: "Act now",
    Level.TODAY: "Today",
    Level.WATCH: "Keep an eye on",
    Level.INFO: "For information",
}
_INTRO = """# Safety rules

Made from `app/content/tables/rules.json`; do not edit by hand. Each rule looks at single answers on the device,
offline, after every change, and never needs a finished form. Of the rules about one subject the most urgent one
speaks; the order below decides between equals. A rule opens at most one task a visit and subject; "no task" is only
shown. Nothing blocks saving, signing, sending or leaving.

A symptom that was measured again and is now below the threshold stays, one step less urgent; signs in a person who
cannot say likewise, where the worst look of the visit fires and the newest one may ease it. "Usual for this person"
quiets the rules marked so; pain so quieted still goes to the supervisor.

What was answered while it could be observed stays valid when the visit goes on by telephone or video: a 4AT done at
the bedside keeps its alert after the change, and can be cleared or corrected away; only new answers to what cannot be
observed are no longer taken.

Every number can be changed by the plan (`rules`, by rule and name), but for those marked "fixed": a published
cut-off or a term set by law is a fact and no choice. A plan that sends one of those is refused where it is set, and
the device leaves it out. No rule can be switched off. Nobody with a clinical licence has reviewed this page: each
rule says who must confirm it before use.
"""


def write_page(table: RuleTable) -> str:
    return "\n".join([_INTRO, *_common(table), *(line for rule in table.rules for line in _rule(rule))])


def _common(table: RuleTable) -> Iterator[str]:
    yield f"## Shared by all rules (`{COMMON}`)"
    yield ""
    yield from _numbers(table.common)
    yield f"Severe long enough: “{table.specialist}”, or: “{table.specialist_changed}”"
    yield "A visit that wrote to the plan of care, or in which a prescriber gave an order, is one change."
    yield ""
    usual = table.usual_pain
    level = LEVELS[usual.level or Level.WATCH]
    yield f"Pain that is usual for this person: {level}, for the {usual.owner}. {usual.title}."
    yield ""


def _rule(rule: Rule) -> Iterator[str]:
    yield f"## {rule.title} (`{rule.id}`)"
    yield ""
    yield f"- When: {rule.when}."
    yield f"- Level: {LEVELS[rule.level]}{'' if rule.task else ', no task'}{', private' if rule.private else ''}."
    yield f"- Until: {rule.due.words}. For: {rule.owner}. Phone: {_phone(rule)}."
    yield (
        f"- In the last days: {_place(rule.last_days)}. Comfort care only: {_place(rule.comfort_only)}. "
        + (f"In hospice: {_place(rule.hospice)}.")
    )
    yield f"- Quieted by “usual for this person”: {'yes' if rule.usual else 'no'}."
    yield f"- Source: {rule.source} ({rule.mark.value}). To confirm: {rule.confirm}."
    yield ""
    yield from (f"  {number}. {line}" for number, line in enumerate(rule.actions, 1))
    yield ""
    yield from _numbers(rule.parameters)
    for variant in rule.variants:
        yield from _variant(rule, variant)


def _variant(rule: Rule, variant: Variant) -> Iterator[str]:
    said = [LEVELS[variant.level]] if variant.level is not None else []
    said += ["no task"] if variant.task is False and rule.task else []
    said += [f"until: {variant.due.words}"] if variant.due is not None else []
    said += [f"for: {variant.owner}"] if variant.owner is not None else []
    yield f"- *{variant.id}*: {variant.title or variant.finding or rule.title}" + (
        f" ({'; '.join(said)})" if said else ""
    )
    yield from (f"  - {line}" for line in variant.actions or ())
    yield ""


def _numbers(parameters: tuple[Parameter, ...]) -> Iterator[str]:
    if not parameters:
        return
    yield "| Name | Value | What | Source | Mark |"
    yield "| --- | --- | --- | --- | --- |"
    for one in parameters:
        fixed = ", fixed" if one.pinned else ""
        yield f"| `{one.name}` | {one.value} {one.unit}{fixed} | {one.says} | {one.source} | {one.mark.value} |"
    yield ""


def _place(place: str) -> str:
    return {AS_USUAL: "as usual", SILENT: "silent"}.get(place, f"in other words (*{place}*)")


def _phone(rule: Rule) -> str:
    return f"{rule.phone}, in a facility {rule.phone_facility}" if rule.phone_facility else rule.phone


if __name__ == "__main__":
    print(write_page(load_rules()), end="")  # noqa: T201 - the page is the output
