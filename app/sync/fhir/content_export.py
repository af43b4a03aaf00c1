"""An instrument as an R4 Questionnaire, so that a plan can load the same forms that the app asks.

Value types are those in which the app sends answers (see `values`). What has no place in R4 stands in extensions of
ours; texts of scales are the owner's, unchanged.
"""

from __future__ import annotations

from typing import Any

from app.content.model import Instrument, Item, ItemKind, Option, When
from app.sync.fhir import codes
from app.sync.fhir.questionnaire import NAME, VALUE
from app.sync.fhir.values import code_coding, option_coding

Json = dict[str, Any]

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
EXCLUSIVE = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive"
UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
HIDDEN = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden"
CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
CONTROL_SYSTEM = "http://hl7.org/fhir/questionnaire-item-control"
MINIMUM = "http://hl7.org/fhir/StructureDefinition/minValue"
MAXIMUM = "http://hl7.org/fhir/StructureDefinition/maxValue"
NOT_OFFERED = "urn:hearthside:not-offered"
"""On an option that is read and scored but never offered in a visit."""
YES_SCORES = "urn:hearthside:yes-scores"
SWITCH = "urn:hearthside:switch"
PRIVATE = "urn:hearthside:private"
TEXT_LENGTH, LINE_LENGTH = 20_000, 200

_TYPES = {
    ItemKind.NUMBER: "integer",
    ItemKind.CHOICE: "choice",
    ItemKind.CHOICES: "choice",
    ItemKind.YES_NO: "boolean",
    ItemKind.LINE: "string",
    ItemKind.TEXT: "text",
    ItemKind.DATE: "date",
    ItemKind.MOMENT: "dateTime",
    ItemKind.QUANTITY: "quantity",
    ItemKind.GROUP: "group",
}


def canonical(instrument: Instrument) -> str:
    """The url without its version."""
    return f"{codes.QUESTIONNAIRE}{instrument.id}"


def encode_questionnaire(instrument: Instrument) -> Json:
    """The whole Questionnaire; its id is the instrument's."""
    resource: Json = {
        "resourceType": "Questionnaire",
        "id": instrument.id,
        "language": instrument.languages[0],
        "url": canonical(instrument),
        "version": instrument.version,
        "name": "".join(part.capitalize() for part in instrument.id.split("-")),
        "title": instrument.name,
        "status": "active",
        "subjectType": ["Patient"],
    }
    if not resource["name"][0].isalpha():
        resource["name"] = f"Form{resource['name']}"
    if said := _copyright(instrument):
        resource["copyright"] = said
    if instrument.panel:
        resource["code"] = [code_coding(code) for code in instrument.panel]
    if instrument.switch is not None:
        resource["extension"] = [{"url": SWITCH, "valueString": instrument.switch}]
    items = [_item(item, instrument.items) for item in instrument.items]
    if instrument.instruction:
        first = {"linkId": f"{instrument.id}/instruction", "text": instrument.instruction, "type": "display"}
        items.insert(0, first)
    return resource | {"item": items}


def _copyright(instrument: Instrument) -> str:
    """What the owner wants shown, then the terms under which it is here."""
    licence = instrument.licence
    lines = [instrument.attribution, licence.attribution if licence else "", licence.terms if licence else ""]
    return "\n\n".join(dict.fromkeys(line for line in lines if line))


def _item(item: Item, siblings: tuple[Item, ...]) -> Json:
    if item.named:
        return _named(item, siblings)
    built = _frame(item, siblings) | {"type": _TYPES[item.kind]}
    extensions = _extensions(item)
    if extensions:
        built = {"extension": extensions, **built}
    if item.kind in (ItemKind.CHOICES, ItemKind.GROUP):
        built["repeats"] = True
    if item.kind in (ItemKind.LINE, ItemKind.TEXT):
        built["maxLength"] = LINE_LENGTH if item.kind is ItemKind.LINE else TEXT_LENGTH
    if item.kind in (ItemKind.CHOICE, ItemKind.CHOICES):
        built["answerOption"] = [_option(item, option) for option in item.options]
    inner = [_item(one, item.items) for one in item.items] + _anchors(item)
    return built | {"item": inner} if inner else built


def _frame(item: Item, siblings: tuple[Item, ...]) -> Json:
    built: Json = {"linkId": item.link_id}
    if item.code is not None:
        built["code"] = [code_coding(item.code)]
    built["text"] = item.text
    if item.when is not None:
        built["enableWhen"] = _enable(item.when, siblings)
        if len(built["enableWhen"]) > 1:
            built["enableBehavior"] = "any"
    return built


def _named(item: Item, siblings: tuple[Item, ...]) -> Json:
    """What the person names herself: its name, and its number."""
    number: Json = {
        "extension": _range(item),
        "linkId": item.link_id + VALUE,
        "text": item.text,
        "type": _TYPES[item.kind],
    }
    name = {"linkId": item.link_id + NAME, "text": item.name, "type": "string", "maxLength": LINE_LENGTH}
    return _frame(item, siblings) | {"type": "group", "item": [name, number]}


def _range(item: Item) -> list[Json]:
    return [
        {"url": MINIMUM, "valueInteger": item.minimum},
        {"url": MAXIMUM, "valueInteger": item.maximum},
    ]


def _extensions(item: Item) -> list[Json]:
    found: list[Json] = _range(item) if item.kind is ItemKind.NUMBER else []
    if item.unit is not None:
        unit = {"system": codes.UCUM, "code": item.unit.code, "display": item.unit.display}
        found.append({"url": UNIT, "valueCoding": unit})
    if item.hidden:
        found.append({"url": HIDDEN, "valueBoolean": True})
    if item.switch is not None:
        found.append({"url": SWITCH, "valueString": item.switch})
    if item.private:
        found.append({"url": PRIVATE, "valueBoolean": True})
    yes = item.find_option("yes") if item.kind is ItemKind.YES_NO else None
    if yes is not None and yes.score is not None:
        found.append({"url": YES_SCORES, "valueInteger": yes.score})
    return found


def _option(item: Item, option: Option) -> Json:
    extensions: list[Json] = []
    if option.alone:
        extensions.append({"url": EXCLUSIVE, "valueBoolean": True})
    if not option.offered:
        extensions.append({"url": NOT_OFFERED, "valueBoolean": True})
    coding: Json = dict(option_coding(item, option.code))
    if option.score is not None:
        coding = {"extension": [{"url": ORDINAL, "valueDecimal": option.score}], **coding}
    built: Json = {"extension": extensions} if extensions else {}
    return built | {"valueCoding": coding}


def _anchors(item: Item) -> list[Json]:
    """The words at both ends of a row of numbers."""
    if item.anchors is None:
        return []
    return [
        {
            "extension": [
                {
                    "url": CONTROL,
                    "valueCodeableConcept": {"coding": [{"system": CONTROL_SYSTEM, "code": end}]},
                }
            ],
            "linkId": f"{item.link_id}/{end}",
            "text": words,
            "type": "display",
        }
        for end, words in zip(("lower", "upper"), item.anchors, strict=True)
        if words
    ]


def _enable(when: When, siblings: tuple[Item, ...]) -> list[Json]:
    asked = next((item for item in siblings if item.link_id == when.link_id), None)
    built: list[Json] = []
    for answer in when.any_of:
        condition: Json = {"question": when.link_id, "operator": "="}
        if answer == "*" or asked is None:
            condition |= {"operator": "exists", "answerBoolean": True}
        elif asked.kind is ItemKind.YES_NO:
            condition["answerBoolean"] = answer == "yes"
        elif asked.options:
            coding = option_coding(asked, answer)
            condition["answerCoding"] = {"system": coding["system"], "code": coding["code"]}
        elif asked.kind is ItemKind.NUMBER:
            condition["answerInteger"] = int(answer)
        else:
            condition["answerString"] = answer
        built.append(condition)
    return built


def encode_bundle(instruments: list[Instrument]) -> Json:
    """All of them in one collection."""
    entries = [
        {"fullUrl": f"{canonical(one)}|{one.version}", "resource": encode_questionnaire(one)}
        for one in instruments
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}
