"""Times inside the browser: from the finger, or from what goes to the app, to the second frame that shows the answer.

The accessibility tree is changed in the same frame as the picture, so a condition on it that has come true says that
the answer is being painted; the frame after it is the one that counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

SCRIPT = """(() => {
  const watch = window.__watch = {lifted: 0, sent: 0, answered: 0};
  const send = WebSocket.prototype.send;
  const heard = new WeakSet();
  const hear = (event) => { if (watch.sent && !watch.answered) watch.answered = event.timeStamp; };
  WebSocket.prototype.send = function (data) {
    if (!heard.has(this)) { heard.add(this); this.addEventListener('message', hear); }
    if (watch.lifted && !watch.sent) watch.sent = performance.now();
    return send.call(this, data);
  };
  const begin = () => Object.assign(watch, {lifted: performance.now(), sent: 0, answered: 0});
  addEventListener('pointerup', begin, true);
  watch.until = (condition) => new Promise((done, fail) => {
    let seen = false;
    const latest = performance.now() + 30000;
    const look = () => {
      if (seen) return done({at: performance.now(), ...watch});
      if (performance.now() > latest) return fail(new Error('not seen within 30 seconds'));
      seen = condition();
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const wake = () => {
    const veil = document.querySelector('flt-semantics-placeholder');
    if (veil) veil.click(); else requestAnimationFrame(wake);
  };
  requestAnimationFrame(wake);
})()"""
"""Put into each page before its own scripts. The accessibility tree is switched on as soon as it can be."""

SHOWN = '(id) => document.querySelector(`[flt-semantics-identifier="${id}"]`) !== null'
BEGINS = '(id) => document.querySelector(`[flt-semantics-identifier^="${id}"]`) !== null'
NAMED = """(name) => [...document.querySelectorAll('flt-semantics-host *')].some((node) =>
  (node.textContent === name || node.getAttribute('aria-label') === name)
  && !node.closest('[flt-semantics-identifier^="patients-row-"]'))"""
"""These words, alone, elsewhere than in the list of people."""
CHOSEN = """(id) => {
  const node = document.querySelector(`[flt-semantics-identifier="${id}"]`);
  return ['aria-selected', 'aria-current', 'aria-pressed'].some((name) => node?.getAttribute(name) === 'true');
}"""
OPEN = """(id) => document.querySelector(`[flt-semantics-identifier="${id}"]`)
  ?.getAttribute('aria-expanded') === 'true'"""


@dataclass(frozen=True)
class Time:
    """Milliseconds to the second frame: from the lifted finger, and from the first message to the app after it.

    `to_answer`: from that message until the browser had the next one from the app, which may be another one's.
    """

    from_finger: float
    from_send: float
    to_answer: float


def time_tap(page: Page, tap: Callable[[], Any], condition: str, arg: str) -> Time:
    """Tap, and wait until the condition has come true. Raises ValueError when it is true before."""
    if page.evaluate(condition, arg):
        raise ValueError(f"there before the tap: {arg}")
    page.evaluate(f"(arg) => {{ window.__found = window.__watch.until(() => ({condition})(arg)); }}", arg)
    tap()
    found = page.evaluate("window.__found")
    at, sent = found["at"], found["sent"]
    return Time(at - found["lifted"], at - sent, found["answered"] - sent)


def time_opening(page: Page, url: str, condition: str, arg: str) -> float:
    """Milliseconds from asking for a page to the second frame that shows what is waited for."""
    page.goto(url, wait_until="commit")
    found = page.evaluate(f"(arg) => window.__watch.until(() => ({condition})(arg))", arg)
    return float(found["at"])
