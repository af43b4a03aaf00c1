"""Who signed in, and whose name somebody tried, stand in the plan's audit trail; a name that nobody has does not."""

from __future__ import annotations

import httpx
from sqlalchemy import Engine, text

from plan.app import make_app
from plan.audit.place import audit_transaction
from tests.plan_signin.signin_doubles import BASE, PASSWORD, Browser


async def test_sign_ins_and_refusals_are_kept_with_the_user_they_are_about(engine: Engine) -> None:
    app = make_app(engine, base_url=BASE)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as http:
        browser = Browser(http)
        for name, password in (
            ("ana.ruiz", PASSWORD),
            ("Ana.Ruiz ", "wrong-password-1"),
            ("my-secret-password", "ana.ruiz"),
        ):
            page = await browser.open()
            await browser.submit(page, name, password)
    with engine.connect() as connection, audit_transaction(engine) as trail:
        rows = trail.execute(text("SELECT * FROM audit_event ORDER BY at_ms, id")).all()
        known = connection.execute(text("SELECT id FROM plan_user WHERE username = 'ana.ruiz'")).scalar_one()
    assert [(row.action, row.outcome, row.user_id) for row in rows] == [
        ("sign-in", 200, known),
        ("sign-in", 403, known),
        ("sign-in", 403, None),
    ]
    assert not any("secret" in str(row) for row in rows)
