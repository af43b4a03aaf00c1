"""A sign-in under way, and a way back without a PIN, in memory."""

from __future__ import annotations

import asyncio
from typing import Any


class DoubleSignIn:
    url = "http://127.0.0.1:1/authorize?demo"

    def __init__(self) -> None:
        self.back: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def wait(self) -> Any:
        return await self.back

    async def cancel(self) -> None:
        if not self.back.done():
            self.back.cancel()


class DoubleRecovery:
    """A way back whose officer agrees when a test says so."""

    plan_url = "https://plan.example/fhir"
    code = "7K2MQ-4XW9T"
    seconds_left = 840

    def __init__(self) -> None:
        self.attempt = DoubleSignIn()
        self.answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.granted = False
        self.cancels = 0

    async def start_sign_in(self) -> DoubleSignIn:
        return self.attempt

    async def wait(self) -> None:
        await self.answer
        self.granted = True

    async def cancel(self) -> None:
        self.cancels += 1
        self.granted = False
