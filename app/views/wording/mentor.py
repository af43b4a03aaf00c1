"""Words of giving one visit to a mentor of another organization, and of a case to learn from."""

from __future__ import annotations

from app.language import N_, tr

TITLE = N_("One visit for a mentor")
OPEN = N_("Give to a mentor")
WHAT = N_(
    "Somebody experienced in another organization reads this one visit, without anybody in it: no names, places, "
    "dates or free text. They can only read, for some days. Each opening is written down."
)
CARE = N_("Whoever knew this person may still know who it is. Read it once with that in mind.")
ALL = N_("This is all that they will see")
IN_ENGLISH = N_("It is in English, as the plan sends it.")
RELEASED = N_("Released by you, word for word")
PASSAGES = N_("Free text: stays out unless you release it")
PASSAGES_HELP = N_("Read each one first. Names that are on record are found, a nickname may not be.")
NOTE_STAYS = N_("The note of the visit always stays out: a whole note can tell who it is.")
NO_PASSAGES = N_("No answer of this visit has words of its own that could be released.")
RELEASE, TAKE_BACK = N_("Release this"), N_("Released. Tap to take back")
NAME = N_("Who reads it: name and organization")
NAME_HELP = N_("Such as: Rosa Vale, Harbor Hospice")
HOW_LONG = N_("For how long?")
GIVE = N_("Give it now")
NO_NAME = N_("Please write who reads it: name and organization.")
AGAIN = N_("Read it again")
CASE = N_("A case to learn from, on paper")
CLOSE_CASE = N_("Close the paper")
CASE_TITLE = N_("A case to learn from")
TALK = N_("To talk about")
QUESTIONS = (
    N_("What went well here?"),
    N_("What would you have done earlier, or left out?"),
    N_("What did the person want, and how do we know?"),
)
WITHDRAW_WHERE = N_("It is withdrawn on the person's page, under sharing.")


def refused(why: str) -> str:
    """Why a passage cannot leave; `why` are the plan's words."""
    return tr("Cannot be released. {why}", why=why)
