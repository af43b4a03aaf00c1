"""The Spanish words of papers. Awaiting review by a native-speaking clinician; "hospicio" is never hospice."""

from __future__ import annotations

from datetime import date

from app.paper.words import Words

_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"),
    *("agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)


def _day(on: date) -> str:
    return f"{on.day} de {_MONTHS[on.month - 1]} de {on.year}"


SPANISH = Words(
    language="es",
    clinical="Cuidados paliativos: resumen clínico",
    family=lambda name: f"Sobre el cuidado de {name}",
    fridge=lambda name: f"En casa con {name}",
    own_words=lambda name: f"{name}, en sus propias palabras",
    born=lambda on, years: f"Fecha de nacimiento: {_day(on)}, {years} años",
    interpreter=lambda language: f"Idioma: {language}. Se necesita intérprete.",
    last_visit=lambda on: f"Última visita de cuidados paliativos: {_day(on)}",
    made=lambda on, name: f"Hecho el {_day(on)} por {name}.",
    may_change="Las cosas pueden haber cambiado. Por favor llame antes de guiarse por esta hoja.",
    review="Traducción pendiente de revisión por un profesional clínico de habla hispana.",
    day=_day,
    score=lambda number: f"{number} de 10",
    as_of=_day,
    titles={
        "allergies": "Alergias",
        "code-status": "Indicaciones sobre reanimación",
        "people": "Quién decide y quién ayuda",
        "matters": "Lo que importa",
        "wishes": "Deseos sobre el cuidado",
        "symptoms": "Síntomas: 0 es nada y 10 lo peor",
        "now": "Cómo estaba: 0 es nada y 10 lo peor",
        "function": "Capacidad funcional (AKPS)",
        "bowels": "Evacuación",
        "medicines": "Medicinas",
        "problems": "Problemas en la lista del plan",
        "plan": "Lo que estamos haciendo",
        "worse": "Si empeora",
        "next": "Próxima visita",
        "call": "A quién llamar",
        "normal": "Lo que es habitual ahora",
        "sentences": "",
        "kept": "Además",
    },
    no_allergies="No se conocen alergias",
    allergies_unknown="Alergias: no registradas",
    symptoms={
        "esas-pain": "Dolor",
        "esas-tired": "Cansancio",
        "esas-drowsy": "Somnolencia",
        "esas-nausea": "Náuseas",
        "esas-appetite": "Falta de apetito",
        "esas-sob": "Falta de aire",
    },
    decides="decide",
    decides_with="decide con la persona",
    agent="representante legal",
    agent_not_now="representante legal, por ahora no decide como tal",
    by_day="De día",
    by_night="De noche y en fines de semana",
    emergency="En una emergencia",
    for_what="Para: {what}",
    as_listed="Como en la lista del plan",
    taken_so="Se toma de otra manera que en la lista",
    not_taken="No la toma",
    not_on_list="No está en la lista del plan",
    not_gone_through="Si no se dice otra cosa: de la lista del plan, todavía no se revisó en casa",
    hope=lambda text: f"Lo que esperamos: {text}",
    doing=lambda text: f"Lo que hacemos: {text}",
    who_does=lambda names: f"Quién lo hace: {names}",
    by_when=lambda day: f"A más tardar el {day}",
    was_by=lambda day: f"Estaba previsto a más tardar para el {day}",
    if_worse=lambda text: f"Si empeora: {text}",
    who={
        "nurse": "la enfermera o el enfermero",
        "person": "la persona misma",
        "family": "la familia",
        "prescriber": "quien receta",
        "care-manager": "quien coordina el cuidado",
        "facility": "el personal del centro",
        "social-worker": "trabajo social",
        "other": "otra persona",
    },
    next_how={
        "in-person": "Una visita en persona",
        "telephone": "Una llamada telefónica",
        "video": "Una videollamada",
    },
    said_on=lambda on, name: f"Dicho el {_day(on)} a {name}",
    from_nurse="De su enfermera o enfermero",
)
