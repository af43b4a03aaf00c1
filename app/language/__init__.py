"""The language of the screens: what is shown is looked up in gettext catalogues, dates and numbers follow CLDR.

`tr` gives one sentence, `trn` one that depends on a number, `trc` one of the clinical content. `N_`, `NP_`
and, for a word of two meanings, `NC_` mark what is written down as a constant and looked up where it is shown. English
is the source: its sentences are the keys.
Only screens speak: what goes into a record or to the plan never passes through here.
"""

from __future__ import annotations

from app.language.catalogue import N_ as N_
from app.language.catalogue import NC_ as NC_
from app.language.catalogue import NP_ as NP_
from app.language.catalogue import Plural as Plural
from app.language.catalogue import listed as listed
from app.language.catalogue import tr as tr
from app.language.catalogue import trc as trc
from app.language.catalogue import trn as trn
from app.language.names import ENGLISH as ENGLISH
from app.language.names import LANGUAGES as LANGUAGES
from app.language.names import Language as Language
from app.language.names import is_known as is_known
from app.language.now import get_language as get_language
from app.language.now import speak as speak
