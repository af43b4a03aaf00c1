"""Every sentence of the sign-in pages, in the languages of the app. Plain data; `Words` is not made without all.

What the app hears of a refused request is for its developers and stays English; these are for whoever signs in.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language. `lang` is its BCP 47 tag; what stands in braces is filled where it is shown."""

    lang: str
    sign_in: str
    sign_in_title: str
    problem_title: str
    asks: str
    user_name: str
    password: str
    cancel: str

    wrong: str
    stale: str
    too_many: str
    one_second: str
    seconds: str
    minutes: str

    news: str
    news_title: str
    news_since: str
    news_device: str
    news_question: str
    go_on: str
    when: str
    months: tuple[str, ...]
    """January first."""

    error: str
    go_back: str
    twice: str
    unreadable: str
    unknown_app: str
    wrong_redirect: str
    not_offered: str
    bad_form: str
    wrong_host: str


ENGLISH = Words(
    lang="en",
    sign_in="Sign in",
    sign_in_title="Sign in to Hearthside",
    problem_title="Problem: sign in to Hearthside",
    asks="The app <strong>Hearthside</strong> asks you to sign in at {plan}.",
    user_name="User name",
    password="Password",  # noqa: S106 - what stands above the field
    cancel="Cancel",
    wrong="That user name and password do not go together, or the account is not active.",
    stale="This page was open too long, or cookies are off. Please sign in again.",
    too_many="Too many tries. Please wait {length} and try again.",
    one_second="1 second",
    seconds="{number} seconds",
    minutes="{number} minutes",
    news="A new device signs in your name",
    news_title="A new device: sign in to Hearthside",
    news_since="Since you last signed in, this was set up in your name:",
    news_device="a device, on {when}",
    news_question="Was that you? Then go on. If not, do not go on: call your supervisor now.",
    go_on="Go on, that was me",
    when="{day} {month} {year} at {time} UTC",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    error="This sign-in cannot go on",
    go_back="Go back to the app and try again.",
    twice="The app sent something twice.",
    unreadable="The app sent something that cannot be read.",
    unknown_app="This plan does not know the app that asks.",
    wrong_redirect="The app wants to be answered at an address that is not allowed.",
    not_offered="The app asked for something this plan does not offer.",
    bad_form="The form cannot be read.",
    wrong_host="This page was asked for under a name that is not the plan's.",
)

SPANISH = Words(
    lang="es",
    sign_in="Iniciar sesión",
    sign_in_title="Iniciar sesión en Hearthside",
    problem_title="Problema: iniciar sesión en Hearthside",
    asks="La aplicación <strong>Hearthside</strong> le pide que inicie sesión en {plan}.",
    user_name="Nombre de usuario",
    password="Contraseña",  # noqa: S106 - what stands above the field
    cancel="Cancelar",
    wrong="Ese nombre de usuario y esa contraseña no corresponden, o la cuenta no está activa.",
    stale="Esta página estuvo abierta demasiado tiempo, o las cookies están desactivadas. Inicie sesión de nuevo.",
    too_many="Demasiados intentos. Espere {length} e inténtelo de nuevo.",
    one_second="1 segundo",
    seconds="{number} segundos",
    minutes="{number} minutos",
    news="Un dispositivo nuevo firma en su nombre",
    news_title="Un dispositivo nuevo: iniciar sesión en Hearthside",
    news_since="Desde la última vez que inició sesión, esto se configuró en su nombre:",
    news_device="un dispositivo, el {when}",
    news_question="¿Fue usted? Entonces continúe. Si no fue usted, no continúe: llame ahora a su supervisión.",
    go_on="Continuar, fui yo",
    when="{day} de {month} de {year}, {time} UTC",
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    error="Este inicio de sesión no puede continuar",
    go_back="Regrese a la aplicación e inténtelo de nuevo.",
    twice="La aplicación envió algo dos veces.",
    unreadable="La aplicación envió algo que no se puede leer.",
    unknown_app="Este plan no conoce la aplicación que lo pide.",
    wrong_redirect="La aplicación pide la respuesta en una dirección que no está permitida.",
    not_offered="La aplicación pidió algo que este plan no ofrece.",
    bad_form="El formulario no se puede leer.",
    wrong_host="Esta página se pidió con un nombre que no es el del plan.",
)

LANGUAGES = {words.lang: words for words in (ENGLISH, SPANISH)}
