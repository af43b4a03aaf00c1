"""What a real FHIR server may do otherwise than a client hopes: one switch each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal["any", "write", "read", "search"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """An answer that some requests get. `answer`: a status, or what comes instead of FHIR.

    `on`: `*`, a type (`Encounter`) or one record (`Encounter/1`). In a transaction a matching entry fails it all, in a
    batch only that entry. The words spoil the whole answer ("timeout" and "cut" are httpx errors, in process only).
    `carried_out`: the request was carried out first and its answer spoiled after. `times`: how often it happens, None
    for ever. `many_only`: only requests with more than one entry meet it (a proxy that bounds the size).
    """

    answer: int | Literal["html", "empty", "wrong-type", "timeout", "cut"]
    on: str = "*"
    where: Where = "any"
    carried_out: bool = False
    times: int | None = None
    retry_after: int | None = None
    reason: str = "not today"
    many_only: bool = False
    says_why: bool = True
    """False: an error status without an OperationOutcome, as a proxy answers."""

    @property
    def name(self) -> str:
        return f"trouble {self.answer}" + (" after" if self.carried_out else "")


@dataclass(frozen=True, slots=True)
class Quirks:
    """All off: a correct R4 server with milliseconds, etags and transactions that hold."""

    put_new_id: Literal[201, 400, 404, 405] = 201
    """PUT to an id that a client made. 400 refuses only ids that are no UUID, then 404: the server makes the ids."""
    ignores_if_match: bool = False
    ignores_if_none_match: bool = False
    transaction_is_batch: bool = False
    """HTTP 200, entries 201 and 412, the first kept."""
    entry_limit: int | None = None
    """Entries in one transaction; more are refused with 400, as Medplum does with 50."""
    conditional_entry_limit: int | None = None
    """The same once any entry is conditional (8 there)."""
    times_out_over: int | None = None
    """A write with more entries than this takes longer than a client waits; nothing of it is kept."""
    byte_limit: int | None = None
    """Bytes in one request; more get 413 without a body."""
    no_etag: bool = False
    """Entries of a bundle's answer say no etag, location version or lastModified: only the resource does."""
    minimal_answers: bool = False
    """No representation comes back, whatever was preferred."""
    whole_seconds: bool = False
    gzip_body: Literal[200, 400, 500] = 200
    unknown_parameter: Literal["refused", "ignored", "no rows"] = "refused"
    """"ignored" still answers 400 under `Prefer: handling=strict`, as sekmet does."""
    deaf_to_strict: bool = False
    """With "ignored": unknown parameters are ignored even then."""
    unsearchable: frozenset[str] = frozenset()
    """Types that know no search parameters at all but the underscore ones (sekmet: QuestionnaireResponse, Goal)."""
    error_in_details: bool = False
    """Error texts stand in details.text, not in diagnostics."""
    silent_same_put: bool = False
    """An identical PUT makes no new version."""
    rounds_decimals: bool = False
    """72.50 comes back as 72.5."""
    merges_tags: bool = False
    """meta.tag keeps the tags of all earlier versions."""
    drops_tags: bool = False
    """meta.tag is not kept at all."""
    no_history: bool = False
    """Neither _history nor vread: 501."""
    provenance_by_record_only: bool = False
    """Provenance?patient= finds only what names the Patient itself."""
    count_cap: int | None = None
    """The largest page, whatever _count asks (50)."""
    late_commit: float = 0.0
    """Seconds: writes over HTTP are stamped now and visible so much later; their answer is 504."""
    late_commit_on: str = "*"
    late_index: float = 0.0
    """Seconds after which a search finds what a read sees at once."""
    never_reuses_versions: bool = False
    """Version ids are counted over all records and survive a restore; else each record counts 1, 2, 3."""
    troubles: tuple[Trouble, ...] = ()
