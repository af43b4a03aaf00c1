"""What a guess at a PIN costs on this machine, with and without the device secret. Figures for SECURITY.md.

`python -m tools.measure_guessing [seconds]`: guesses with the app's own derivation, in one process (as the app does
it) and in one process a core (as a thief with the files would).
"""

from __future__ import annotations

import os
import sys
import time
from multiprocessing import get_context

from app.store.pins import PASSPHRASE_WORDS, _words
from app.store.slots import REAL_COST, SlotKind, SlotRefused, make_key, seal, unseal

SIX_DIGITS = 10**6
YEAR = 365.25 * 86_400
PIN = "836194"


def guess_for(seconds: float, with_secret: bool = True) -> float:
    """Guesses a second, in this process."""
    device_secret = make_key()
    slot = seal(
        make_key(),
        PIN,
        store_id="0" * 32,
        user_reference="Practitioner/1",
        kind=SlotKind.PIN,
        device_secret=device_secret,
        secret_name="x",  # noqa: S106 - the name of an entry
    )
    known = device_secret if with_secret else None
    guesses, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        try:
            unseal(
                slot,
                f"{guesses:06d}",
                store_id="0" * 32,
                user_reference="Practitioner/1",
                device_secret=known,
            )
        except SlotRefused:
            guesses += 1
    return guesses / (time.perf_counter() - began)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    cores = os.cpu_count() or 1
    alone = guess_for(seconds)
    with get_context("spawn").Pool(cores) as pool:
        together = sum(pool.map(guess_for, [seconds] * cores))
    words = len(_words())
    print(f"Argon2id {REAL_COST.memory_kib // 1024} MiB, {REAL_COST.passes} passes, {REAL_COST.lanes} lanes")
    print(f"one process: {1000 / alone:.0f} ms a guess; {cores} processes: {together:.1f} guesses a second")
    print(f"six digits, files and device secret known: {SIX_DIGITS / together / 3600:.1f} hours for all")
    slot_only = 1 / guess_for(min(seconds, 3.0), with_secret=False)
    print(
        f"files alone: {1000 * slot_only:.0f} ms a guess, and the right PIN is refused like any other; "
        "beside the PIN 2**256 device secrets would have to be tried"
    )
    phrases = float(words) ** PASSPHRASE_WORDS
    print(f"{PASSPHRASE_WORDS} words of {words}, files known: {phrases / together / YEAR:,.0f} years for all")
    print(f"at the lock screen, 900 s a try: {SIX_DIGITS * 900 / YEAR:.0f} years for all")


if __name__ == "__main__":
    main()
