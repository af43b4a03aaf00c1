"""Every fixed word a screen shows. Only this file and `say.py` (sentences made from values) hold words."""

from __future__ import annotations

from app.domain.patient import ProblemKind
from app.domain.visit import AnsweredBy, Missing, Modality, Setting
from app.language import N_, tr

APP = "Hearthside"
PROMISE = N_("Your visits, kept safe on this device, with or without a network.")

# faults
WENT_WRONG = N_("Something went wrong. What you saved before is safe. Please try again.")
PART_FAILED = N_("This part could not be shown. What you saved is safe.")

# buttons used everywhere
BACK, CANCEL, CONTINUE, TRY_AGAIN, CHANGE, DONE, CLEAR = (
    N_("Back"), N_("Cancel"), N_("Continue"), N_("Try again"), N_("Change"), N_("Done"), N_("Clear"),
)  # fmt: skip
DASH = "\u2013"
LOADING = N_("One moment…")
BACKSPACE = N_("Take back the last digit")

# first run
WELCOME = N_("Welcome")
PLAN_ADDRESS = N_("Your plan's address")
PLAN_HELP = N_("Your supervisor gives you this address once. It begins with https://")
PLAN_FILLED_IN = N_("The address is filled in for you. Check it and go on.")
CHECK = N_("Check the address")
NO_ANSWER_THERE = N_("Nothing answers at that address. Please look at it again, or try in a few minutes.")
PLAN_FOUND = N_("Found:")
SIGN_IN_AT_PLAN = N_("Sign in at your plan")
SIGN_IN_HELP = N_("Your web browser opens the plan's own sign-in page. Hearthside never sees your password.")
OTHER_PLAN = N_("Use another address")
WAITING_TITLE = N_("Waiting for your sign-in")
WAITING_HELP = N_("Finish signing in on the page that opened in your browser, then come back here.")
OPEN_AGAIN = N_("Open the page again")
CHOOSE_PIN = N_("Choose a PIN for this device")
PIN_RULES = N_("Six digits or more. Not a row like 123456, not one digit repeated, not a birth date.")
PIN_LOCAL = N_("The PIN opens your records on this device, also with no network. Nobody else knows it.")
PIN = N_("PIN")
REPEAT_PIN = N_("Once more, the same PIN")
PINS_DIFFER = N_("The two PINs are not the same. Please type both again.")
YOUR_PHRASE = N_("Your five words")
PHRASE_HELP = N_(
    "This computer has no safe place for a key, so five words lock your records. "
    "Write them down and keep them apart from this computer."
)
TYPE_PHRASE = N_("Type the five words to show that you have them")
PHRASE_DIFFERS = N_("That is not the same five words. Please look again.")
I_WROTE_THEM = N_("I have written them down")
SHOW_AGAIN = N_("Show the words again")
MAKING_STORE = N_("Making the locked place for your records…")
FETCHING = N_("Fetching your people")
TALKING = N_("Sending and fetching")
FETCHING_HELP = N_(
    "You can begin as soon as your people are here. Older visits go on loading while you work."
)
OPEN_TODAY = N_("Open Today")
OPEN_REVIEW = N_("Open Review")
FETCHED = N_("Everything is here")
FETCHED_HELP = N_("From now on you can work with or without a network.")

# lock
WHO = N_("Who is here?")
UNLOCK = N_("Unlock")
PHRASE = N_("Your five words")
ADD_PERSON = N_("Add another person")
SOMEBODY_ELSE = N_("Somebody else")
TAKE_OVER = N_("Use it here instead")
TAKE_OVER_HELP = N_("The other window locks itself. What was saved there is kept.")
PHRASE_WRONG = N_("Those five words are not right.")
CANNOT_OPEN = N_("Your records cannot be opened right now")
NOTHING_DELETED = N_("Nothing was deleted.")
WINDOW_TAKEN = N_("Hearthside was opened in another window, so this one is locked.")

# shell
TODAY, PATIENTS, REVIEW, VISIT_LOG, WAITING, SETTINGS = (
    N_("Today"), N_("Patients"), N_("Review"), N_("Visit log"), N_("Sent & waiting"), N_("Settings"),
)  # fmt: skip

MORE_PLACES, LOG_IN_BAR = N_("More"), N_("Log")

# today
DRAFT = N_("Draft, not signed")
CONTINUE_GROUP = N_("Continue")
UNSENT_GROUP = N_("Signed, not received yet")
WHAT_TO_DO = N_("See what to do")
RECEIVED_GROUP = N_("Received by the plan today")
START_VISIT = N_("Start a visit")
NOTHING_WAITS = N_("Nothing waits to be sent.")
MY_PEOPLE = N_("My people")

# patients
SEARCH = N_("Search by name or place")
NOBODY_FOUND = N_("Nobody by that name on this device.")
NOBODY_FOUND_HELP = N_("Try part of the name. Accents do not matter.")
NO_PEOPLE = N_("No people yet.")
NO_PEOPLE_HELP = N_("They come from the plan as soon as there is a network.")
NOBODY_AT_PLAN_HELP = N_("Nobody is on your list at the plan. Ask your supervisor to put people on it.")
NOBODY_IN_TEAM = N_("Your team has no patients yet.")
NOBODY_IN_TEAM_HELP = N_("As soon as the plan puts people in your team, this page fills by itself.")
PICK_PERSON = N_("Choose a person on the left.")
NEW_VISIT = N_("New visit")
PROBLEMS, ALLERGIES, LAST_VISITS = N_("Problems"), N_("Allergies"), N_("Last visits")
NONE_RECORDED = N_("None recorded")
NO_KNOWN_ALLERGIES = N_("No known allergies")
ALLERGIES_NOT_RECORDED = N_("Allergies: not recorded")
LANGUAGE_NOT_RECORDED = N_("Language not recorded")
SPOKEN = (
    N_("American Sign Language"), N_("Arabic"), N_("Armenian"), N_("Cambodian"), N_("Cantonese"), N_("Chinese"),
    N_("English"), N_("Farsi"), N_("Filipino"), N_("French"), N_("German"), N_("Hindi"), N_("Hmong"), N_("Italian"),
    N_("Japanese"), N_("Khmer"), N_("Korean"), N_("Lao"), N_("Laotian"), N_("Mandarin"), N_("Mien"), N_("Persian"),
    N_("Polish"), N_("Portuguese"), N_("Punjabi"), N_("Russian"), N_("Samoan"), N_("Sign language"), N_("Somali"),
    N_("Spanish"), N_("Tagalog"), N_("Thai"), N_("Ukrainian"), N_("Vietnamese"),
)  # fmt: skip
"""Languages as records name them in English; another one is shown as the record has it.

Those that we name a code by ourselves, and those of Medi-Cal (threshold languages: DHCS All Plan Letter 21-004).
"""
INTERPRETER = {True: N_("Needed"), False: N_("Not needed"), None: N_("Not recorded")}
INTERPRETER_NAME = N_("Interpreter")
ADDRESS, PHONE, LINE_OF_BUSINESS, MEMBER_NUMBER, BORN, LANGUAGE = (
    N_("Address"), N_("Phone"), N_("Line of business"), N_("Member number"), N_("Born"), N_("Language"),
)  # fmt: skip
NOT_RECORDED = N_("Not recorded")
NO_VISITS_YET = N_("No visits on this device yet.")
SHOW_FEWER = N_("Show fewer")
DECEASED = N_("Has died")

# new visit
HOW_DO_YOU_MEET = N_("How do you meet?")
WHERE_IS_SHE = N_("Where is the person?")
START_CLOCK_HELP = N_("The visit's clock starts when you tap.")

# visit
WHERE_AND_HOW = N_("Where and how")
WHO_ANSWERED = N_("Who answered?")
NOTE = N_("Note")
NOTE_HINT = N_("What you saw, what you did, what comes next")
LEAVING = N_("I'm leaving")
LEAVING_HELP = N_("Records when the visit ended. You can sign later.")
UNDO = N_("Undo")
CHANGE_TIMES = N_("Change the times")
TIMES_HELP = N_("Set when the visit began and ended. Hours run from 0 to 23.")
SET_TIMES = N_("Set these times")
TIMES_OPEN = N_("Set the times above, or cancel, before you sign.")
DAY_BEFORE, DAY_AFTER, HOUR, MINUTE = N_("Day before"), N_("Day after"), N_("Hour"), N_("Minute")
TIME_DIGITS = N_("Please give hours from 0 to 23 and minutes from 0 to 59.")
TIMES_WRONG = N_("A visit ends after it begins, and within a day. Please look at both times.")
SIGN = N_("Sign the visit")
SIGN_READY = N_("Everything that is needed is here. After signing nothing can be changed.")
MISSING_TITLE = N_("Still needed before you sign")
OTHER_NAME = N_("What is the problem?")
OTHER_FIRST = N_("Name the problem first, then tap a number.")
NOT_SAVED = N_("Not saved:")
DISCARD = N_("Discard this empty visit")
NOTHING_SAVED_YET = N_("Each tap is saved as it happens")

# reading
VISIT = N_("Visit")
FACT_NURSE, FACT_BEGAN, FACT_ENDED, FACT_SIGNED, FACT_ANSWERED = (
    N_("Nurse"), N_("Began"), N_("Ended"), N_("Signed"), N_("Answered by"),
)  # fmt: skip
NOT_SIGNED = N_("Not signed")
SCORES = N_("Symptoms")
NOTE_EMPTY = N_("No note.")
NO_SCORES = N_("No symptom was scored in this visit.")

# sent and waiting
SEND_NOW = N_("Send now")
SIGN_IN_AGAIN = N_("Sign in again")
SIGN_IN_ELSEWHERE = N_(
    "Finish signing in on the page that opened in your browser. This page goes on by itself."
)

# settings
LOCK_NOW = N_("Lock now")
LOCK_HELP = N_("Locks this window. Your records stay on this device, encrypted.")
APPEARANCE = N_("Appearance")
APPEARANCES = (N_("As the device"), N_("Light"), N_("Dark"))
VERSION = N_("Version")
NOT_INSTALLED = N_("source tree")
SIGNED_IN_AS = N_("Signed in as")

# visit log
FILTER_NURSE, FILTER_PERSON, FILTER_WHERE, FILTER_HOW, FILTER_SEVERE = (
    N_("Nurse"), N_("Person"), N_("Where"), N_("How"), N_("Score 7 or more"),
)  # fmt: skip
ANY = N_("Any")
LOG_EMPTY = N_("No visit fits these filters.")
NO_LOG_YET = N_("No visit of your team is on this device yet.")
WHEN = {"any": N_("Any time"), "today": N_("Today"), "week": N_("Last 7 days"), "month": N_("Last 30 days")}
PREVIOUS, NEXT = N_("Previous"), N_("Next")
FILTERS, CLEAR_FILTERS = N_("Filters"), N_("Clear filters")

PROBLEM_KIND = {
    ProblemKind.LISTED: N_("On the plan's problem list"),
    ProblemKind.AT_VISIT: N_("Recorded at visits"),
    ProblemKind.FINDING: N_("Findings and history"),
}
MODALITY = {
    Modality.IN_PERSON: N_("In person"),
    Modality.TELEPHONE: N_("Telephone"),
    Modality.VIDEO: N_("Video"),
}
SETTING = {
    Setting.HOME: N_("Home"),
    Setting.ASSISTED_LIVING: N_("Assisted living"),
    Setting.NURSING_HOME_SHORT: N_("Nursing home, short stay"),
    Setting.NURSING_HOME_LONG: N_("Nursing home, long stay"),
    Setting.OFFICE: N_("Clinic or office"),
    Setting.HOSPITAL: N_("Hospital"),
}
ANSWERED_BY = {
    AnsweredBy.PATIENT: N_("Patient"),
    AnsweredBy.FAMILY: N_("Family caregiver"),
    AnsweredBy.STAFF: N_("Health care professional caregiver"),
    AnsweredBy.ASSISTED: N_("Caregiver-assisted"),
    AnsweredBy.NOBODY: N_("Nobody, the nurse observed"),
}
MISSING = {
    Missing.ANSWERED_BY: N_("Say who answered"),
    Missing.FINDING: N_("Record one finding: a symptom or a note"),
    Missing.OTHER_NUMBER: N_("You named a problem; give it a number, or clear the name"),
    Missing.UNFINISHED: N_("Finish what you began to type, or clear it"),
    Missing.NOTE_TOO_LONG: N_("Shorten the note to 20,000 characters"),
    Missing.CONCERN: N_("Private: say what you found out"),
    Missing.PERSON: N_("Say how you made sure that it is the right person"),
    Missing.WHY: N_("Say why nobody was seen"),
    Missing.NEXT: N_("Say what happens next: the next contact, or why there is none"),
    Missing.END: N_("Tap “I'm leaving” to record the end"),
    Missing.TIMES: N_("The end does not fit the beginning. Set when the visit began and ended"),
}

STILL_THERE = N_("Still there?")
STILL_HERE = N_("Yes, still here")
STILL_THERE_TODAY = N_("Open for hours. Still there, or left already?")

ADDENDA = N_("Added afterwards")
ADDENDUM = N_("What you want to add")
ADDENDUM_HELP = N_("The visit stays as you signed it. This stands beside it, with your name and the time.")
ADDENDUM_OPEN = N_("Add to this visit")
ADDENDUM_KEEP = N_("Add it")
ADDENDUM_LATER = N_("Later")
ONLY_HERE = N_("only on this tablet")


def reveal(name: str) -> str:
    """The eye beside a secret."""
    return tr("Show what is typed: {name}", name=name)


def hide(name: str) -> str:
    return tr("Hide what is typed: {name}", name=name)
