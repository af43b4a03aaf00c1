"""A person who signs in on the plan's own page, without a browser."""

from __future__ import annotations

import asyncio
import html
import re
from urllib.parse import urlsplit

import httpx

from app.sync.auth import SignedIn, check_plan, start_sign_in
from tests.support.field import PASSWORD, FieldPlan, Person

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


async def in_the_browser(authorize_url: str, person: Person, action: str = "sign-in") -> httpx.Response:
    """Fill in the plan's page as a person would; returns what the app's own listener answered."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as browser:
        page = await browser.get(authorize_url)
        form = {html.unescape(n): html.unescape(v) for n, v in HIDDEN.findall(page.text)}
        form |= {"username": person.username, "password": PASSWORD, "action": action}
        target = urlsplit(authorize_url)._replace(query="").geturl()
        sent = await browser.post(target, data=form, headers={"Origin": f"http://{urlsplit(target).netloc}"})
        assert sent.is_redirect, sent.text[:500]
        return await browser.get(sent.headers["Location"])


async def sign_in(plan: FieldPlan, person: Person) -> SignedIn:
    attempt = await start_sign_in(await check_plan(plan.url))
    waiting = asyncio.create_task(attempt.wait(30))
    await in_the_browser(attempt.authorize_url, person)
    return await waiting
