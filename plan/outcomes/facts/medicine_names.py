"""Names and RxNorm ingredients by which medicines are told apart, in small letters, parted by commas.

Opioids as in the CDC 2022 table of conversion factors (MMWR 2022;71(3)) with those that it does not convert; bowel
regimens and naloxone as in the app's medicine classes (docs/clinical/sources.md). A test holds them to the app's.
"""

from __future__ import annotations

_OPIOIDS = {
    "codeine": (
        "cheratussin ac, codeine, fioricet with codeine, guaifenesin ac, robitussin ac, soma compound "
        "with codeine, t#3, tuxarin, tuzistra, tylenol # 2, tylenol # 3, tylenol # 4, tylenol #2, tylenol "
        "#3, tylenol #4, tylenol 3, tylenol 4, tylenol no 2, tylenol no 3, tylenol no 4, tylenol no. 2, "
        "tylenol no. 3, tylenol no. 4, tylenol number 3, tylenol-3"
    ),
    "fentanyl": "duragesic, fentanyl",
    "hydrocodone": (
        "anexsia, hycet, hycodan, hydrocodone, hydromet, hysingla, ibudone, lorcet, lortab, maxidone, "
        "norco, reprexain, tussigon, tussionex, vantrela, verdrocet, vicodin, vicoprofen, xodol, zamicet, "
        "zohydro, zydone"
    ),
    "hydromorphone": "dilaudid, exalgo, hydromorphone",
    "methadone": "diskets, dolophine, methadone, methadose",
    "morphine": (
        "arymo, avinza, embeda, kadian, morphabond, morphine, ms contin, ms ir, ms-ir, msir, mso4, "
        "oramorph, roxanol"
    ),
    "oxycodone": (
        "combunox, endocet, endodan, nalocet, oxaydo, oxecta, oxy ir, oxy-ir, oxycodone, oxycontin, "
        "oxyfast, oxyir, percocet, percodan, primlev, prolate, roxicet, roxicodone, roxicodone intensol, "
        "roxybond, tylox, xartemis, xtampza"
    ),
    "oxymorphone": "numorphan, opana, oxymorphone",
    "tapentadol": "nucynta, tapentadol",
    "tramadol": "conzip, qdolo, rybix, ryzolt, seglentis, tramadol, ultracet, ultram",
}
_NOT_CONVERTED = {
    "buprenorphine": (
        "belbuca, brixadi, bunavail, buprenex, buprenorphine, butrans, cassipa, probuphine, sublocade, "
        "suboxone, subutex, zubsolv"
    ),
    "fentanyl": "abstral, actiq, fentora, ionsys, lazanda, onsolis, subsys",
    "morphine": "astramorph, duramorph, infumorph, mitigo",
    "other opioid": (
        "alfentanil, apadaz, b&o, benzhydrocodone, butorphanol, darvocet, darvon, demerol, "
        "dihydrocodeine, dsuvia, laudanum, levo-dromoran, levorphanol, meperidine, nalbuphine, nubain, "
        "oliceridine, olinvyk, opium, panlor, paregoric, pentazocine, propoxyphene, remifentanil, stadol, "
        "sufentanil, synalgos-dc, talwin, trezix"
    ),
}
_OTHERS = {
    "bowel-regimen": (
        "amitiza, bisacodyl, colace, docusate, dulcolax, glycerin suppository, lactulose, lubiprostone, "
        "magnesium citrate, magnesium hydroxide, methylnaltrexone, miralax, movantik, naldemedine, "
        "naloxegol, polyethylene glycol, polyethylene glycol 3350, relistor, senna, sennoside, "
        "sennosides, senokot, sodium picosulfate, symproic"
    ),
    "naloxone": "kloxxado, naloxone, narcan, rivive, zimhi",
}
INGREDIENTS = {
    "2670": "codeine",
    "4337": "fentanyl",
    "5489": "hydrocodone",
    "3423": "hydromorphone",
    "6813": "methadone",
    "7052": "morphine",
    "7804": "oxycodone",
    "7814": "oxymorphone",
    "787390": "tapentadol",
    "10689": "tramadol",
}
"""RxNorm codes of opioid ingredients."""


def _by_name(table: dict[str, str]) -> dict[str, str]:
    return {name: group for group, names in table.items() for name in names.split(", ")}


OPIOIDS = _by_name(_OPIOIDS) | _by_name(_NOT_CONVERTED)
"""The opioid that a name means."""
OTHERS = _by_name(_OTHERS)
"""bowel-regimen or naloxone, by name."""
