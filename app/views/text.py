"""Every fixed word a screen shows. Only this file and `say.py` (sentences made from values) hold words."""

from __future__ import annotations

from app.domain.patient import ProblemKind
from app.domain.visit import Absent, AnsweredBy, Missing, Modality, Setting

APP = "Hearthside"
PROMISE = "Your visits, kept safe on this device, with or without a network."

# faults
WENT_WRONG = "Something went wrong. What you saved before is safe. Please try again."
PART_FAILED = "This part could not be shown. What you saved is safe."

# buttons used everywhere
BACK, CANCEL, CONTINUE, TRY_AGAIN, CHANGE, DONE, CLEAR = (
    "Back", "Cancel", "Continue", "Try again", "Change", "Done", "Clear",
)  # fmt: skip
DASH = "\u2013"
LOADING = "One moment…"
BACKSPACE = "Take back the last digit"

# first run
WELCOME = "Welcome"
PLAN_ADDRESS = "Your plan's address"
PLAN_HELP = "Your supervisor gives you this address once. It begins with https://"
PLAN_FILLED_IN = "The address is filled in for you. Check it and go on."
CHECK = "Check the address"
NO_ANSWER_THERE = "Nothing answers at that address. Please look at it again, or try in a few minutes."
PLAN_FOUND = "Found:"
SIGN_IN_AT_PLAN = "Sign in at your plan"
SIGN_IN_HELP = "Your web browser opens the plan's own sign-in page. Hearthside never sees your password."
OTHER_PLAN = "Use another address"
WAITING_TITLE = "Waiting for your sign-in"
WAITING_HELP = "Finish signing in on the page that opened in your browser, then come back here."
OPEN_AGAIN = "Open the page again"
CHOOSE_PIN = "Choose a PIN for this device"
PIN_RULES = "Six digits or more. Not a row like 123456, not one digit repeated, not a birth date."
PIN_LOCAL = "The PIN opens your records on this device, also with no network. Nobody else knows it."
PIN = "PIN"
REPEAT_PIN = "Once more, the same PIN"
PINS_DIFFER = "The two PINs are not the same. Please type both again."
YOUR_PHRASE = "Your five words"
PHRASE_HELP = (
    "This computer has no safe place for a key, so five words lock your records. "
    "Write them down and keep them apart from this computer."
)
TYPE_PHRASE = "Type the five words to show that you have them"
PHRASE_DIFFERS = "That is not the same five words. Please look again."
I_WROTE_THEM = "I have written them down"
SHOW_AGAIN = "Show the words again"
MAKING_STORE = "Making the locked place for your records…"
FETCHING = "Fetching your people"
TALKING = "Sending and fetching"
FETCHING_HELP = "You can begin as soon as your people are here. Older visits go on loading while you work."
OPEN_TODAY = "Open Today"
OPEN_LOG = "Open the visit log"
FETCHED = "Everything is here"
FETCHED_HELP = "From now on you can work with or without a network."

# lock
WHO = "Who is here?"
UNLOCK = "Unlock"
PHRASE = "Your five words"
ADD_PERSON = "Add another person"
SOMEBODY_ELSE = "Somebody else"
TAKE_OVER = "Use it here instead"
TAKE_OVER_HELP = "The other window locks itself. What was saved there is kept."
PHRASE_WRONG = "Those five words are not right."
CANNOT_OPEN = "Your records cannot be opened right now"
NOTHING_DELETED = "Nothing was deleted."
WINDOW_TAKEN = "Hearthside was opened in another window, so this one is locked."

# shell
TODAY, PATIENTS, REVIEW, VISIT_LOG, WAITING, SETTINGS = (
    "Today", "Patients", "Review", "Visit log", "Sent & waiting", "Settings",
)  # fmt: skip

# today
DRAFT = "Draft, not signed"
CONTINUE_GROUP = "Continue"
UNSENT_GROUP = "Signed, not received yet"
WHAT_TO_DO = "See what to do"
RECEIVED_GROUP = "Received by the plan today"
START_VISIT = "Start a visit"
NOTHING_WAITS = "Nothing waits to be sent."
MY_PEOPLE = "My people"

# patients
SEARCH = "Search by name or place"
NOBODY_FOUND = "Nobody by that name on this device."
NOBODY_FOUND_HELP = "Try part of the name. Accents do not matter."
NO_PEOPLE = "No people yet."
NO_PEOPLE_HELP = "They come from the plan as soon as there is a network."
PICK_PERSON = "Choose a person on the left."
NEW_VISIT = "New visit"
PROBLEMS, MEDICINES, ALLERGIES, LAST_VISITS = "Problems", "Medicines", "Allergies", "Last visits"
NONE_RECORDED = "None recorded"
NO_KNOWN_ALLERGIES = "No known allergies"
ALLERGIES_NOT_RECORDED = "Allergies: not recorded"
CODE_STATUS_NOT_RECORDED = "Code status: not recorded"
LANGUAGE_NOT_RECORDED = "Language not recorded"
INTERPRETER = {True: "Needed", False: "Not needed", None: "Not recorded"}
INTERPRETER_NAME = "Interpreter"
ADDRESS, PHONE, LINE_OF_BUSINESS, MEMBER_NUMBER, BORN, LANGUAGE = (
    "Address", "Phone", "Line of business", "Member number", "Born", "Language",
)  # fmt: skip
NOT_RECORDED = "Not recorded"
NO_VISITS_YET = "No visits on this device yet."
SHOW_FEWER = "Show fewer"
DECEASED = "Has died"

# new visit
HOW_DO_YOU_MEET = "How do you meet?"
WHERE_IS_SHE = "Where is the person?"
START_CLOCK = "Start the visit"
START_CLOCK_HELP = "The visit's clock starts when you tap."

# visit
WHERE_AND_HOW = "Where and how"
WHO_ANSWERED = "Who answered?"
COULD_NOT_ANSWER, DECLINED = "Could not answer", "Declined today"
NOTE = "Note"
NOTE_HINT = "What you saw, what you did, what comes next"
LEAVING = "I'm leaving"
LEAVING_HELP = "Records when the visit ended. You can sign later."
UNDO = "Undo"
CHANGE_TIMES = "Change the times"
TIMES_HELP = "Set when the visit began and ended. Hours run from 0 to 23."
SET_TIMES = "Set these times"
TIMES_OPEN = "Set the times above, or cancel, before you sign."
DAY_BEFORE, DAY_AFTER, HOUR, MINUTE = "Day before", "Day after", "Hour", "Minute"
TIME_DIGITS = "Please give hours from 0 to 23 and minutes from 0 to 59."
TIMES_WRONG = "A visit ends after it begins, and within a day. Please look at both times."
SIGN = "Sign the visit"
SIGN_READY = "Everything that is needed is here. After signing nothing can be changed."
MISSING_TITLE = "Still needed before you sign"
OTHER_NAME = "What is the problem?"
OTHER_FIRST = "Name the problem first, then tap a number."
NOT_SAVED = "Not saved:"
DISCARD = "Discard this empty visit"
NOTHING_SAVED_YET = "Each tap is saved as it happens"

# reading
VISIT = "Visit"
FACT_NURSE, FACT_BEGAN, FACT_ENDED, FACT_SIGNED, FACT_ANSWERED = (
    "Nurse", "Began", "Ended", "Signed", "Answered by",
)  # fmt: skip
NOT_SIGNED = "Not signed"
SCORES = "Symptoms"
ITEM, NOW, LAST = "Symptom", "This visit", "Last visit"
NOTE_EMPTY = "No note."
NO_SCORES = "No symptom was scored in this visit."

# sent and waiting
SEND_NOW = "Send now"
SIGN_IN_AGAIN = "Sign in again"
SIGN_IN_ELSEWHERE = "Finish signing in on the page that opened in your browser. This page goes on by itself."

# settings
LOCK_NOW = "Lock now"
LOCK_HELP = "Locks this window. Your records stay on this device, encrypted."
APPEARANCE = "Appearance"
APPEARANCES = ("As the device", "Light", "Dark")
VERSION = "Version"
NOT_INSTALLED = "source tree"
SIGNED_IN_AS = "Signed in as"

# visit log
FILTER_NURSE, FILTER_PERSON, FILTER_WHERE, FILTER_HOW, FILTER_SEVERE = (
    "Nurse", "Person", "Where", "How", "Score 7 or more",
)  # fmt: skip
ANY = "Any"
LOG_EMPTY = "No visit fits these filters."
NO_LOG_YET = "No visit of your team is on this device yet."
LOG_COLUMNS = ("Person", "Nurse", "When", "Where and how", "Highest", "Received")
WHEN = {"any": "Any time", "today": "Today", "week": "Last 7 days", "month": "Last 30 days"}
PREVIOUS, NEXT = "Previous", "Next"
FILTERS, CLEAR_FILTERS = "Filters", "Clear filters"

PROBLEM_KIND = {
    ProblemKind.LISTED: "On the plan's problem list",
    ProblemKind.AT_VISIT: "Recorded at visits",
    ProblemKind.FINDING: "Findings and history",
}
MODALITY = {
    Modality.IN_PERSON: "In person",
    Modality.TELEPHONE: "Telephone",
    Modality.VIDEO: "Video",
}
SETTING = {
    Setting.HOME: "Home",
    Setting.ASSISTED_LIVING: "Assisted living",
    Setting.NURSING_HOME_SHORT: "Nursing home, short stay",
    Setting.NURSING_HOME_LONG: "Nursing home, long stay",
    Setting.OFFICE: "Clinic or office",
    Setting.HOSPITAL: "Hospital",
}
ANSWERED_BY = {
    AnsweredBy.PATIENT: "Patient",
    AnsweredBy.FAMILY: "Family caregiver",
    AnsweredBy.STAFF: "Health care professional caregiver",
    AnsweredBy.ASSISTED: "Caregiver-assisted",
}
ABSENT_THEN = {Absent.DECLINED: "Declined", Absent.COULD_NOT_ANSWER: COULD_NOT_ANSWER}
ABSENT = {Absent.DECLINED: DECLINED, Absent.COULD_NOT_ANSWER: COULD_NOT_ANSWER}
MISSING = {
    Missing.ANSWERED_BY: "Say who answered",
    Missing.FINDING: "Record one finding: a symptom or a note",
    Missing.OTHER_NUMBER: "You named a problem; give it a number, or clear the name",
    Missing.UNFINISHED: "Finish what you began to type, or clear it",
    Missing.NOTE_TOO_LONG: "Shorten the note to 20,000 characters",
    Missing.CONCERN: "Say what you found out: tired of living, thoughts of acting, or could not ask",
    Missing.PERSON: "Say how you made sure that it is the right person",
    Missing.WHY: "Say why nobody was seen",
    Missing.NEXT: "Say what happens next: the next contact, or why there is none",
    Missing.END: "Tap “I'm leaving” to record the end",
    Missing.TIMES: "The end does not fit the beginning. Set when the visit began and ended",
}

STILL_THERE = "Still there?"
STILL_HERE = "Yes, still here"
STILL_THERE_TODAY = "Open for hours. Still there, or left already?"

ADDENDA = "Added afterwards"
ADDENDUM = "What you want to add"
ADDENDUM_HELP = "The visit stays as you signed it. This stands beside it, with your name and the time."
ADDENDUM_OPEN = "Add to this visit"
ADDENDUM_KEEP = "Add it"
ADDENDUM_LATER = "Later"
ONLY_HERE = "only on this tablet"


def reveal(name: str) -> str:
    """The eye beside a secret."""
    return f"Show what is typed: {name}"


def hide(name: str) -> str:
    return f"Hide what is typed: {name}"
