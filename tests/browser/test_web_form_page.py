"""The page of a web form in a real browser: it fits, follows the light, works without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Visit
from tests.crm.cases.making import word
from tests.crm.web_forms.making import make_form, newest
from tests.running import Portal

pytestmark = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
# Of the ink on its ground, as WCAG counts it.
CONTRAST = """() => {
  const light = (text) => {
    const parts = text.match(/[\\d.]+/g).slice(0, 3).map(Number).map((each) => {
      const part = each / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ground = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const found = getComputedStyle(each).backgroundColor;
      if (!found.endsWith(", 0)")) return found;
    }
    return "rgb(255, 255, 255)";
  };
  const low = [];
  for (const node of document.querySelectorAll("h1, h2, p, li, label, span, button, a")) {
    const [one, other] = [getComputedStyle(node).color, ground(node)].map(light);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) low.push(`${node.tagName} ${node.textContent.trim()} ${ratio}`);
  }
  return low;
}"""


async def opened(browser: Browser, portal: Portal, path: str, **look: object) -> Page:
    context = await browser.new_context(java_script_enabled=True, **look)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"http://localhost:{portal.port}{path}")
    return page


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_follows_the_light_and_can_be_read(
    in_browser: Callable[[Visit], None], portal: Portal, size: dict[str, int], scheme: str
):
    own = portal.fresh()
    form = make_form(own, introduction="Tell us what you need.\n" + "Longword" * 20)
    complaints: list[str] = []

    async def visit(browser: Browser) -> None:
        look = {"viewport": size, "color_scheme": scheme}
        page = await opened(browser, own, f"/form/{form['formKey']}", **look)
        page.on("console", lambda payload: complaints.append(payload.text))
        ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        brightness = sum(map(int, re.findall(r"\d+", ground)[:3]))
        assert (brightness < 3 * 128) is (scheme == "dark")
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
        assert await page.evaluate(CONTRAST) == []
        assert all("400" in each for each in complaints), complaints

    in_browser(visit)


def test_what_is_wrong_is_led_to_and_what_was_typed_stays(
    in_browser: Callable[[Visit], None], portal: Portal
):
    own, name = portal.fresh(), word()
    form = make_form(own, thanks="See you soon.")

    async def visit(browser: Browser) -> None:
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"http://localhost:{own.port}/form/{form['formKey']}")
        await page.get_by_label("E-mail").fill("nobody")
        await page.get_by_label("Message").fill("\nFirst line & <second>")
        await page.get_by_role("button", name="Send").click()
        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text("This is required.")
        await expect(page.get_by_label("E-mail")).to_have_value("nobody")
        await expect(page.get_by_label("Message")).to_have_value("First line & <second>")
        await alert.get_by_role("link", name="First name").click()
        await expect(page.get_by_label("First name")).to_be_focused()
        described = page.get_by_label("E-mail")
        await expect(described).to_have_accessible_description(re.compile("does not look like"))
        await page.keyboard.type(name)
        await page.get_by_label("E-mail").fill("jo@example.com")
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("status")).to_have_text("See you soon.")
        await page.get_by_role("link", name="Send another message").click()
        await expect(page.get_by_label("First name")).to_have_value("")

    in_browser(visit)
    assert newest(own, word=name)["about"] == "First line & <second>"


def test_visitors_miss_the_hidden_field(in_browser: Callable[[Visit], None], portal: Portal):
    own = portal.fresh()
    form = make_form(own)

    async def visit(browser: Browser) -> None:
        page = await opened(browser, own, f"/form/{form['formKey']}")
        met = []
        for _ in range(12):
            await page.keyboard.press("Tab")
            met.append(await page.evaluate("document.activeElement.name || ''"))
        assert "firstname" in met
        assert "contact_me_by_fax_only" not in met
        box = await page.locator("[name=contact_me_by_fax_only]").bounding_box()
        assert box is None or box["x"] + box["width"] <= 0

    in_browser(visit)


def test_a_browser_is_sent_on_to_another_host_that_the_form_allows(
    in_browser: Callable[[Visit], None], portal: Portal
):
    own = portal.fresh()
    there = f"http://127.0.0.1:{own.port}/healthz"
    form = make_form(own, returnUrls=[there])

    async def visit(browser: Browser) -> None:
        page = await opened(browser, own, f"/form/{form['formKey']}?return_url={there}")
        await page.get_by_label("First name").fill("Jo")
        await page.get_by_role("button", name="Send").click()
        await page.wait_for_url(there)

    in_browser(visit)
