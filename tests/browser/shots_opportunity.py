"""What there is to see of one opportunity."""

from playwright.async_api import Page

from tests.browser.screenshots import Shot

ONE = "/opportunities/54"


async def with_forms(page: Page) -> None:
    for place in ("amount", "task", "access"):
        await page.click(f"#edit-{place} > summary")


async def with_problems(page: Page) -> None:
    await page.fill("[name=title]", "Label printers")
    await page.fill("[name=amount]", "a lot")
    await page.click("main button.primary")
    await page.wait_for_load_state()


SHOTS = [
    Shot("opportunity", ONE),
    Shot("opportunity-forms", ONE, with_forms),
    Shot("opportunity-changes", f"{ONE}?show=changes"),
    Shot("opportunity-move", "/opportunities/212/move"),
    Shot("opportunity-close", "/opportunities/212/close?stage=9"),
    Shot("opportunity-edit", "/opportunities/212/edit"),
    Shot("opportunity-new", "/opportunities/new"),
    Shot("opportunity-new-wrong", "/opportunities/new", with_problems),
]
