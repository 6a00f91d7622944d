"""The gallery in a real browser: a designer finds a story, changes it, and sends it on."""

import json
import re

import httpx
import pytest
from playwright.async_api import Frame, Locator, Page, expect

from bench.weight import named_files
from components.story import all_story_sets
from tests.e2e.conftest import Visit
from tests.support.access import violations_in_both_themes

COUNT = sum(len(stories.stories) for stories in all_story_sets().values())


class Workbench:
    """The gallery as a designer uses it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.stage = page.locator("#gallery-stage")
        frame = page.frame_locator("#gallery-frame")
        self.story_page = frame.locator("html")
        self.story = frame.get_by_test_id("story")
        self.search = page.get_by_test_id("gallery-search")
        self.links = page.get_by_test_id("gallery-story")
        self.payload = page.get_by_test_id("gallery-payload")
        self.faults = page.get_by_test_id("gallery-faults")
        self.actions = page.get_by_test_id("gallery-actions")

    async def open(self, address: str) -> None:
        """Go to an address of the workbench and wait until its story stands still."""
        await self.page.goto(f"{self.url}{address}")
        await self.drawn()

    async def drawn(self) -> None:
        """Wait until the story stands still."""
        await expect(self.stage).to_have_attribute("data-story", "ready", timeout=20_000)

    async def tab(self, name: str) -> Locator:
        """Open a panel and return it."""
        await self.page.get_by_test_id(f"gallery-tab-{name}").click()
        return self.page.locator(f"#panel-{name}")

    async def choose(self, name: str, value: str) -> None:
        """Choose a theme, a language or a width."""
        choice = self.page.get_by_test_id(f"gallery-{name}")
        await choice.locator("label", has=self.page.locator(f'[value="{value}"]')).click()

    def control(self, path: str) -> Locator:
        """The control of one value."""
        return self.page.locator(f'[data-path="{path}"]')

    def frame(self) -> Frame:
        """The story's own page."""
        return self.page.frames[1]


@pytest.fixture
async def bench(visit: Visit) -> Workbench:
    context = await visit.context(desktop=True)
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    # Whoever walks on leaves a story's page, maybe before that has connected.
    visit.watch.expect("WebSocket is closed before the connection is established")
    bench = Workbench(await context.new_page(), visit.product.url)
    await bench.open("/gallery?story=balance_card/two-wallets")
    return bench


async def test_every_story_is_listed_and_found_by_its_words(bench: Workbench) -> None:
    await expect(bench.links).to_have_count(COUNT)
    await bench.page.keyboard.press("/")
    await expect(bench.search).to_be_focused()
    await bench.page.keyboard.type("form errors")
    shown = bench.links.locator("visible=true")
    await expect(shown).to_have_text(["Details errors"], ignore_case=True)
    await bench.page.keyboard.press("Enter")
    await expect(bench.page).to_have_url(re.compile("story=ticket_form/details-errors"))
    await bench.drawn()
    await expect(bench.story.locator("[data-widget=ticket_form]")).to_be_visible()
    await bench.search.fill("no such thing at all")
    await expect(bench.page.get_by_text("No story is called so.")).to_be_visible()
    await bench.search.press("Escape")
    await expect(bench.links.first).to_be_attached()


async def test_the_list_is_walked_with_the_keyboard(bench: Workbench) -> None:
    await bench.search.focus()
    await bench.page.keyboard.press("ArrowDown")
    await bench.page.keyboard.press("ArrowDown")
    await bench.page.keyboard.press("ArrowDown")
    await expect(bench.page.locator('[data-story="balance_card/one-wallet"]')).to_be_focused()
    await bench.page.keyboard.press("Enter")
    await expect(bench.page.get_by_test_id("gallery-title")).to_have_text("balance_card/one-wallet")
    await bench.page.keyboard.press("j")
    await expect(bench.page.get_by_test_id("gallery-title")).to_have_text("balance_card/pending")
    await bench.page.keyboard.press("k")
    await bench.page.keyboard.press("k")
    await expect(bench.page.get_by_test_id("gallery-title")).to_have_text(
        "balance_card/two-wallets"
    )
    await bench.page.go_back()
    await expect(bench.page.get_by_test_id("gallery-title")).to_have_text("balance_card/one-wallet")
    await bench.drawn()
    await expect(bench.story.locator(".balance, li")).to_have_count(1)


async def test_theme_language_and_width_are_real_and_in_the_address(bench: Workbench) -> None:
    await bench.choose("theme", "dark")
    await bench.choose("lang", "sn")
    await bench.choose("width", "320")
    await expect(bench.page).to_have_url(re.compile("theme=dark&lang=sn&width=320"))
    await bench.drawn()
    await expect(bench.story).to_contain_text("Mari yenyu")
    await expect(bench.story_page).to_have_attribute("data-theme", "dark")
    await expect(bench.story_page).to_have_attribute("lang", "sn")
    await bench.frame().wait_for_function("innerWidth === 320")
    await bench.page.reload()
    await bench.drawn()
    await expect(bench.story).to_contain_text("Mari yenyu")
    await bench.frame().wait_for_function("innerWidth === 320")
    await bench.choose("width", "1280")
    await bench.frame().wait_for_function("innerWidth === 1280")
    box = await bench.page.get_by_test_id("gallery-frame").bounding_box()
    assert box is not None
    assert box["width"] < 1280


async def test_a_wrong_payload_is_told_and_a_right_one_is_drawn(bench: Workbench) -> None:
    await bench.frame().evaluate("window.stayed = true")
    await bench.tab("payload")
    data = json.loads(await bench.payload.input_value())
    data["balances"][0]["available"]["amount"] = "a lot"
    await bench.payload.fill(json.dumps(data))
    await expect(bench.faults).to_contain_text("balances.0.available.amount")
    await expect(bench.faults).to_contain_text("valid decimal")
    await expect(bench.payload).to_have_attribute("aria-invalid", "true")
    await expect(bench.story).to_contain_text("US$482.15")
    await bench.payload.fill(json.dumps(data)[:-5])
    await expect(bench.faults).to_contain_text("line 1")
    data["balances"][0]["available"]["amount"] = "17.25"
    await bench.payload.fill(json.dumps(data))
    await expect(bench.story).to_contain_text("US$17.25")
    await expect(bench.faults).to_have_text("Valid")
    assert await bench.frame().evaluate("window.stayed")
    await bench.page.get_by_test_id("gallery-reset").click()
    await expect(bench.story).to_contain_text("US$482.15")
    await expect(bench.page.get_by_test_id("gallery-reset")).to_be_hidden()


async def test_controls_are_of_the_schemas_types(bench: Workbench) -> None:
    await bench.control("balances.0.available.amount").fill("9.90")
    await expect(bench.story).to_contain_text("US$9.90")
    currency = bench.control("balances.0.available.currency")
    await expect(currency.locator("option")).to_have_text(["USD", "ZWG"])
    await bench.open("/gallery?story=composer/empty")
    busy = bench.control("busy")
    await expect(busy).to_have_attribute("type", "checkbox")
    await busy.check()
    await expect(bench.story.get_by_test_id("composer-stop")).to_be_visible()


async def test_what_is_pressed_is_listed(bench: Workbench) -> None:
    await bench.open("/gallery?story=transaction_table/first-page")
    await bench.tab("actions")
    await bench.story.get_by_role("button", name="Failed").first.click()
    await expect(bench.actions.locator("li").first).to_contain_text("chip")
    await expect(bench.actions.locator("li").first).to_contain_text('"failed"')
    await bench.open("/gallery?story=chat_shell/first-use")
    await bench.tab("actions")
    await bench.story.get_by_test_id("composer-input").fill("Makadii")
    await bench.story.get_by_test_id("composer-send").click()
    await expect(bench.actions.locator("li").first).to_contain_text("send")


async def test_a_link_holds_what_was_edited(bench: Workbench) -> None:
    await bench.choose("theme", "dark")
    await bench.control("balances.0.available.amount").fill("3.21")
    await expect(bench.story).to_contain_text("US$3.21")
    await bench.page.get_by_test_id("gallery-copy-link").click()
    await expect(bench.page.get_by_text("Link copied")).to_be_attached()
    link = await bench.page.evaluate("navigator.clipboard.readText()")
    other = Workbench(await bench.page.context.new_page(), "")
    await other.open(link)
    await expect(other.story).to_contain_text("US$3.21")
    assert await other.frame().evaluate("document.documentElement.dataset.theme") == "dark"
    alone = await other.page.get_by_test_id("gallery-alone").get_attribute("href")
    assert alone == "/gallery/balance_card/two-wallets?theme=dark&lang=en"


async def test_findings_and_the_tree_of_names_and_roles(bench: Workbench) -> None:
    await bench.open("/gallery?story=transaction_table/first-page")
    await bench.tab("access")
    violations = bench.page.get_by_test_id("gallery-violations")
    await expect(violations).to_have_attribute("data-found", "0")
    tree = bench.page.get_by_test_id("gallery-tree")
    await expect(tree.locator("li", has_text="heading 2").last).to_contain_text("Transactions")
    await expect(tree.locator("li", has_text="pressed").last).to_contain_text("button")
    await bench.frame().evaluate(
        "document.querySelector('main').append(document.createElement('button'))"
    )
    await bench.tab("access")
    await expect(violations).to_have_attribute("data-found", "1")
    await expect(violations).to_contain_text("discernible text")


async def test_what_is_known_about_a_component(bench: Workbench) -> None:
    about = await bench.tab("about")
    await expect(about).to_contain_text("what do I have?")
    await expect(about).to_contain_text("components/balance_card.py")


async def test_a_story_that_is_not_there(visit: Visit, bench: Workbench) -> None:
    await bench.page.goto(f"{bench.url}/gallery?story=nothing/here")
    await expect(bench.page.get_by_text("There is no such story.")).to_be_visible()
    page = await bench.page.context.new_page()
    await page.goto(f"{bench.url}/gallery/notice/nothing")
    await expect(page.get_by_test_id("story")).to_have_attribute("data-gallery", "missing")


async def test_the_workbench_keeps_to_wcag(bench: Workbench) -> None:
    for tab in ("controls", "payload", "about"):
        await bench.tab(tab)
        assert await violations_in_both_themes(bench.page) == []
    await bench.page.set_viewport_size({"width": 390, "height": 800})
    assert await bench.page.evaluate("document.documentElement.scrollWidth") == 390


async def test_customers_load_nothing_of_it(visit: Visit) -> None:
    async with httpx.AsyncClient(base_url=visit.product.url) as client:
        waiting, texts = ["/chat"], dict[str, str]()
        while waiting:
            path = waiting.pop()
            texts[path] = (await client.get(path)).text
            waiting += [name for name in named_files(path, texts[path]) if name not in texts]
    assert len(texts) > 5
    for word in ("gallery-frame", "gallery_state_rx_state_", "data-grounds", "axe"):
        assert not [path for path, text in texts.items() if word in text], word
