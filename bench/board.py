"""The board with many open opportunities: what the server answers, what Chromium paints.

The server's times are those of the page; a move by the page is compared with a move by the API.
"""

import asyncio
import re
from collections.abc import Mapping
from statistics import median
from typing import Any

from bench.databases import open_database
from bench.rows import STAGES, USER, is_private, token_of
from bench.servers import Server, running
from bench.single import cost, fetched, posting

OPEN = STAGES - 2  # of the stages
BOARD = "/opportunities/board"
_COOKIE = {"Cookie": f"asc_auth_key={token_of(USER)}"}
_FRAMES = """async () => {
  const columns = [...document.querySelectorAll('.cards')];
  const column = columns.sort((a, b) => b.scrollHeight - a.scrollHeight)[0];
  const frames = []; let last = performance.now();
  while (frames.length < 240) {
    column.scrollTop += 120;
    await new Promise(requestAnimationFrame);
    const now = performance.now(); frames.push(now - last); last = now;
  }
  frames.sort((a, b) => a - b);
  return [frames[120], frames[228], column.querySelectorAll('.card-item').length];
}"""


def measure(kind: str = "sqlite", opportunities: int = 50_000) -> dict[str, float]:
    """`opportunities` are those on open stages."""
    found: dict[str, float] = {}
    for name, size in (("few", 500), ("many", opportunities)):
        database = open_database(kind, size * STAGES // OPEN)
        with running("product", database.restore("product")) as server:
            answer = cost(server, BOARD, times=9, headers=_COOKIE)
            found |= {f"board, {name} (ms)": answer.wait, f"board, {name} (CPU ms)": answer.cpu}
            if name == "many":
                found |= _moves(server)
                found |= asyncio.run(_browser(server))
    return found


def _moves(server: Server) -> dict[str, float]:
    """A card to and fro between two stages, by a form of the page and by the API."""
    by_page, by_api = [], []
    page_headers = {**_COOKIE, "X-CSRF-Token": _token(server)}
    for number in (each for each in range(1, 80) if not is_private(each)):
        stage = 1 + number % 2
        page = posting(server, f"/opportunities/{number}/move", f"stage={stage}", page_headers)
        api = posting(
            server,
            f"/api/2.0/crm/opportunity/{number}/move",
            f"stageId={3 - stage}",
            {"Authorization": token_of(USER)},
            method="PUT",
        )
        by_page.append(page)
        by_api.append(api)
    return {"move by the page (ms)": median(by_page), "move by the API (ms)": median(by_api)}


def _token(server: Server) -> str:
    """What the pages of this user send with every change."""
    found = re.search(rb'name="csrf" content="([^"]+)"', fetched(server, BOARD, _COOKIE))
    if found is None:
        raise RuntimeError("the board has no token for its forms")
    return found[1].decode()


async def _browser(server: Server) -> Mapping[str, float]:
    from playwright.async_api import async_playwright

    address = f"http://127.0.0.1:{server.port}"
    cookie: Any = {"name": "asc_auth_key", "value": token_of(USER), "url": address}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**_launched())
        context = await browser.new_context(viewport={"width": 1440, "height": 900})
        await context.add_cookies([cookie])
        page = await context.new_page()
        paints = []
        for _ in range(5):
            await page.goto(address + BOARD, wait_until="load")
            paints.append(
                await page.evaluate(
                    "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
                )
            )
        middle, late, cards = await page.evaluate(_FRAMES)
        await browser.close()
    return {
        "first paint (ms)": median(paints),
        "scroll frame, median (ms)": middle,
        "scroll frame, p95 (ms)": late,
        "cards in the scrolled column": cards,
    }


def _launched() -> dict[str, Any]:
    """The system's Chromium where there is one, else that of playwright."""
    import shutil

    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return {"executable_path": found, "args": ["--no-sandbox"]} if found else {}
