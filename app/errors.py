"""Everything that can go wrong and that a person is told about, as one tree.

    HearthsideError
    ├── StoreError
    │   ├── NoCipher            this computer cannot encrypt: no patient data is held
    │   ├── StoreDamaged        the file does not open although the key is right
    │   ├── StoreNewer          written by a newer app
    │   ├── StoreBusy           open in another window or program
    │   └── DiskFull
    ├── VaultError
    │   ├── WrongPin            (wait_seconds before the next try)
    │   ├── WeakPin
    │   ├── KeyringUnavailable  locked or timed out: ask to unlock this computer's keyring
    │   └── KeyMissing          the device secret or a key slot is gone: recovery, never a new store
    ├── PlanError
    │   ├── BadPlanAddress
    │   ├── NotFhir             an answer, but not from a FHIR server
    │   ├── CaptivePortal       a web page came instead of an answer
    │   │   └── WebPageThere    the same at an address that has never been a plan's
    │   ├── NoNetwork           nothing reachable
    │   ├── PlanDown            5xx, or cut off
    │   │   └── UntrustedCertificate  it could not prove who it is
    │   ├── SignInNeeded        the plan no longer accepts the sign-in
    │   ├── SignInRefused       wrong account, cancelled, or not allowed
    │   ├── Withdrawn           the sign-in sends what was written and reads nothing
    │   ├── Refused             the plan refuses this record and says why
    │   ├── Conflict            somebody changed it first
    │   ├── UpdateNeeded        426: the plan wants a newer app
    │   └── WrongClock          this device's date is so wrong that TLS fails
    └── RecordError
        └── NotFound

Messages are sentences for a nurse and never hold patient data; technical detail goes to `detail`, which holds
codes and status numbers only.
"""

from __future__ import annotations

from app.language import N_, tr, trn


class HearthsideError(Exception):
    """Base of all. `str(error)` is a sentence that may be shown as it is."""

    sentence = N_("Something went wrong. Nothing was lost.")

    def __init__(self, sentence: str | None = None, *, detail: str = "") -> None:
        super().__init__(sentence or self.sentence)
        self.detail = detail


class StoreError(HearthsideError):
    sentence = N_("The records on this device could not be read.")


class NoCipher(StoreError):
    sentence = N_("This device cannot encrypt records, so Hearthside will not keep any here.")


class StoreDamaged(StoreError):
    sentence = N_(
        "The records file on this device is damaged. Nothing was deleted. Please call your supervisor."
    )


class StoreNewer(StoreError):
    sentence = N_("These records were written by a newer Hearthside. Update the app to open them.")


class StoreBusy(StoreError):
    sentence = N_("Hearthside is already open in another window.")


class DiskFull(StoreError):
    sentence = N_("This device is full. Free some space; what you saved before is safe.")


class VaultError(HearthsideError):
    sentence = N_("The lock could not be opened.")


def say_wait(seconds: int) -> str:
    """How long until the next try, in seconds up to a minute, then in minutes."""
    if seconds > 60:
        minutes = -(-seconds // 60)
        return trn("You can try again in {number} minute.", "You can try again in {number} minutes.", minutes)
    return trn("You can try again in {number} second.", "You can try again in {number} seconds.", seconds)


class WrongPin(VaultError):
    sentence = N_("That PIN is not right.")
    too_many = N_("There were too many wrong tries. Nothing is lost.")

    def __init__(self, wait_seconds: int = 0, *, attempts: int = 0, tried: bool = True) -> None:
        """`tried`: it was looked at. During a wait nothing is, and a right PIN must not be called wrong."""
        first = self.sentence if tried else self.too_many
        super().__init__(f"{tr(first)} {say_wait(wait_seconds)}" if wait_seconds else first)
        self.wait_seconds = wait_seconds
        self.attempts = attempts
        self.tried = tried


class WeakPin(VaultError):
    sentence = N_("Please choose a PIN of 6 digits or more that is hard to guess.")


class KeyringUnavailable(VaultError):
    sentence = N_("Please unlock this computer's keyring, then try again.")


class KeyMissing(VaultError):
    sentence = N_(
        "The key to the records on this device is missing. Nothing was deleted. Please call your supervisor."
    )


class PlanError(HearthsideError):
    sentence = N_("The plan could not be reached.")
    may_have_arrived = True
    """False only when the plan surely took nothing of the request: no connection, or a 401."""


class BadPlanAddress(PlanError):
    sentence = N_("That does not look like a plan address. Please look at it again.")


class NotFhir(PlanError):
    sentence = N_("There is a server at that address, but it is not a health plan's record server.")


class CaptivePortal(PlanError):
    sentence = N_("This network wants you to sign in to it first. Open a web page, then try again.")


class WebPageThere(CaptivePortal):
    sentence = N_(
        "A web page came instead of the plan. Check the address. If it is right, this network may want you to sign in "
        "to it first: open a web page, then try again."
    )


class NoNetwork(PlanError):
    sentence = N_("No network. Everything you do is kept on this device.")


class PlanDown(PlanError):
    sentence = N_("The plan's server does not answer right now. Everything is kept on this device.")


class UntrustedCertificate(PlanDown):
    sentence = N_(
        "The plan's server could not prove who it is, so nothing was sent. Please call your supervisor."
    )


class SignInNeeded(PlanError):
    may_have_arrived = False
    sentence = N_("Please sign in to the plan again. Everything is kept on this device.")


class SignInRefused(PlanError):
    sentence = N_("The plan did not accept the sign-in.")


class Withdrawn(PlanError):
    may_have_arrived = False
    sentence = N_(
        "The plan has withdrawn this sign-in. What you wrote is still sent; nothing new comes in. "
        "Please call your supervisor."
    )


class Refused(PlanError):
    sentence = N_("The plan could not take it.")


class Conflict(PlanError):
    sentence = N_("Somebody else changed this first.")


class UpdateNeeded(PlanError):
    may_have_arrived = False
    sentence = N_("The plan asks for a newer Hearthside. Please update the app. What you saved is safe.")


class WrongClock(PlanError):
    sentence = N_("This device's date looks wrong. Please set it, then try again.")


class RecordError(HearthsideError):
    sentence = N_("That record is not on this device.")


class NotFound(RecordError):
    pass
