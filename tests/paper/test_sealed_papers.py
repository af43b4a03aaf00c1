"""A paper that leaves as a file opens with its password and with nothing else."""

from __future__ import annotations

from io import BytesIO

from pypdf import PasswordType, PdfReader

from app.domain.on_paper import Paper
from app.paper.compose import compose, finish
from app.paper.model import Hand
from app.paper.pdf import draw
from app.paper.seal import seal
from tests.paper.paper_record import plain_record

WORDS = "amber river quiet lantern stone"


def test_a_sealed_paper_opens_only_with_its_words() -> None:
    made = draw(finish(compose(plain_record(), Paper.CLINICAL, "en"), Hand()))
    sealed = seal(made, WORDS)
    assert PdfReader(BytesIO(sealed)).decrypt("amber river quiet lantern") == PasswordType.NOT_DECRYPTED
    assert PdfReader(BytesIO(sealed)).decrypt("") == PasswordType.NOT_DECRYPTED
    reader = PdfReader(BytesIO(sealed))
    assert reader.decrypt(WORDS) == PasswordType.USER_PASSWORD
    assert "Walter O'Dowd" in reader.pages[0].extract_text()


def test_a_sealed_paper_is_aes_256_of_pdf_2() -> None:
    sealed = seal(draw(finish(compose(plain_record(), Paper.FRIDGE, "en"), Hand())), WORDS)
    locked = PdfReader(BytesIO(sealed)).trailer["/Encrypt"].get_object()
    assert (locked["/V"], locked["/R"]) == (5, 6)  # type: ignore[index]  # pypdf's objects are untyped
    assert b"Walter" not in sealed
