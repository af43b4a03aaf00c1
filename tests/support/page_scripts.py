"""What the browser driver asks of the page: small functions that run inside it."""

from __future__ import annotations

PLACES = """nodes => nodes.slice(0, 1).map(node => {
  const box = node.getBoundingClientRect();
  let top = 0, bottom = innerHeight;
  for (let above = node.parentElement; above; above = above.parentElement) {
    if (above.tagName === 'FLT-SEMANTICS' && getComputedStyle(above).overflowY !== 'visible') {
      const frame = above.getBoundingClientRect();
      top = Math.max(top, frame.top);
      bottom = Math.min(bottom, frame.bottom);
    }
  }
  return {x: box.x, y: box.y, width: box.width, height: box.height, top, bottom};
})"""

IN_SIGHT = f"""(name) => {{
  const [one] = ({PLACES})([...document.querySelectorAll(`[flt-semantics-identifier="${{name}}"]`)]);
  return one !== undefined && one.top <= one.y && one.y + one.height <= one.bottom;
}}"""
"""Whether the whole of a control is in sight."""

HAS_WORDS = """(source) => {
  const pattern = new RegExp(source);
  const host = document.querySelector('flt-semantics-host');
  if (!host) return false;
  for (const node of host.querySelectorAll('*')) {
    if (pattern.test(node.getAttribute('aria-label') || '')) return true;
    if (!node.childElementCount && pattern.test(node.textContent || '')) return true;
    if (pattern.test(node.getAttribute('aria-description') || '')) return true;
  }
  return pattern.test(host.textContent || '');
}"""

ALL_WORDS = """() => {
  const host = document.querySelector('flt-semantics-host');
  if (!host) return '';
  const found = [];
  for (const node of host.querySelectorAll('*')) {
    const label = node.getAttribute('aria-label');
    if (label) found.push(label);
    if (!node.childElementCount && node.textContent) found.push(node.textContent);
  }
  return found.join(' | ');
}"""

HOLDS_FOCUS = """nodes => {
  const active = document.activeElement;
  if (!active || !['INPUT', 'TEXTAREA'].includes(active.tagName)) return false;
  // a field that had the cursor before the accessibility tree was there keeps the painter's own
  return active.classList.contains('flt-text-editing') || nodes.some(node => node.contains(active));
}"""
CURSOR = """() => {
  const active = document.activeElement;
  if (!active) return 'no cursor anywhere';
  const named = active.closest('[flt-semantics-identifier]')?.getAttribute('flt-semantics-identifier');
  return `cursor in ${active.tagName} ${active.className} of ${named}, ${(active.value || '').length} letters`;
}"""
FIELD_HOLDS = "(text) => (document.activeElement || {}).value === text"
DISABLED = "[aria-disabled=true]"

READY = """(identifier) => {
  const node = document.querySelector(`[flt-semantics-identifier="${identifier}"]`);
  return node !== null && !node.matches("[aria-disabled=true]") && !node.querySelector("[aria-disabled=true]");
}"""
"""Whether a control is there and can be tapped."""
POSITIONS = """() => {
  const named = [...document.querySelectorAll('[flt-semantics-identifier]')];
  return named.map(node => {
    const box = node.getBoundingClientRect();
    return [node.getAttribute('flt-semantics-identifier'), Math.round(box.x), Math.round(box.y)].join(',');
  }).join(';');
}"""

HAS_STATE = """([identifier, state]) => {
  const node = document.querySelector(`[flt-semantics-identifier="${identifier}"]`);
  const wanted = {
    chosen: ['aria-selected', 'aria-current', 'aria-pressed'].some(name => node?.getAttribute(name) === 'true'),
    open: node?.getAttribute('aria-expanded') === 'true',
    closed: node?.getAttribute('aria-expanded') === 'false',
  };
  return Boolean(node) && wanted[state];
}"""

NAMES = "nodes => nodes.map(node => node.getAttribute('flt-semantics-identifier'))"
ARE_MORE = """([ending, count]) =>
  document.querySelectorAll(`[flt-semantics-identifier$="${ending}"]`).length > count"""

WORDS_OUTSIDE = """(frame) => {
  const found = [];
  for (const node of document.querySelectorAll('flt-semantics-host *')) {
    if (node.closest(frame)) continue;
    const label = node.getAttribute('aria-label');
    if (label) found.push(label);
    if (!node.childElementCount && node.textContent) found.push(node.textContent);
  }
  return found;
}"""

FEWER_FRAMES = """(() => {
  const between = %d, draw = window.requestAnimationFrame.bind(window);
  const waiting = new Map();
  let number = 0, last = -between, count = 0, asked = false;
  const run = now => {
    last = performance.now(); asked = false; count += 1;
    const due = [...waiting.values()];
    waiting.clear();
    for (const one of due) one(now);
  };
  window.requestAnimationFrame = one => {
    waiting.set(++number, one);
    if (!asked) {
      asked = true;
      const left = last + between - performance.now();
      if (left > 2) setTimeout(() => draw(run), left); else draw(run);
    }
    return number;
  };
  window.cancelAnimationFrame = one => { waiting.delete(one) };
  window.__frames = {draw, rests: () => waiting.size === 0, count: () => count};
})()"""
"""Before the page's own scripts: what asks for the next picture waits until so many milliseconds after the last one."""

TWO_FRAMES = """() => new Promise(done => {
  const frames = window.__frames;
  if (!frames) { requestAnimationFrame(() => requestAnimationFrame(() => done())); return; }
  const from = frames.count();
  const look = () => frames.rests() || frames.count() >= from + 2 ? done() : setTimeout(look, 20);
  frames.draw(() => frames.draw(look));
})"""
