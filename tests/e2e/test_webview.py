"""The chat in the app's webview: its keyboard, Back, reloads, and a phone with little power."""

from typing import Any

from playwright.async_api import Page, expect

from tests.e2e.conftest import Visit
from tests.support.browser import PHONE
from tests.support.chat import Chat
from tests.support.host import Host
from tests.support.report import Dialog, begin_report, reviewed_report
from tests.support.sign_in import SESSION_COOKIE
from tests.support.vitals import observe, slow_down, vitals

KEYBOARD_PX = 300
_COVER = """(height) => {
  Object.defineProperty(visualViewport, "height", { value: height, configurable: true });
  visualViewport.dispatchEvent(new Event("resize"));
}"""


async def bottom_of(page: Page, selector: str) -> float:
    """Return where an element ends, after the page was laid out."""
    bottom: float = await page.evaluate(
        """(selector) => new Promise((done) => requestAnimationFrame(() => setTimeout(() =>
          done(document.querySelector(selector).getBoundingClientRect().bottom))))""",
        selector,
    )
    return bottom


async def test_the_keyboard_never_hides_the_composer(visit: Visit) -> None:
    chat = await visit("c-1001")
    page, height = chat.page, PHONE["viewport"]["height"]
    await chat.ask("show my transactions")
    await chat.input.focus()
    end = await bottom_of(page, ".messages")

    # Where the app lets the keyboard make the webview smaller.
    await page.set_viewport_size({"width": 360, "height": height - KEYBOARD_PX})
    assert await bottom_of(page, ".composer") <= height - KEYBOARD_PX
    await page.set_viewport_size({"width": 360, "height": height})
    assert await bottom_of(page, ".messages") == end

    # Where it lies over the page, which learns of it from the visual viewport alone.
    await page.evaluate(_COVER, height - KEYBOARD_PX)
    assert await bottom_of(page, ".composer") <= height - KEYBOARD_PX
    await expect(chat.send_button).to_be_in_viewport()
    await page.evaluate(_COVER, height)
    assert await bottom_of(page, ".composer") > height - KEYBOARD_PX


async def test_notch_and_home_bar_leave_room(visit: Visit) -> None:
    chat = await visit("c-1001")
    session: Any = await chat.page.context.new_cdp_session(chat.page)
    insets = {"top": 44, "bottom": 34, "left": 0, "right": 0}
    await session.send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})

    bar = await chat.page.locator(".bar h1").bounding_box()
    assert bar
    assert bar["y"] >= insets["top"]
    height = PHONE["viewport"]["height"]
    assert await bottom_of(chat.page, ".composer") <= height - insets["bottom"]
    await chat.history_button.click()
    close = await chat.page.locator("dialog [data-do=close_history]").bounding_box()
    assert close
    assert close["y"] >= insets["top"]


async def test_a_pull_and_a_reload_lose_nothing(visit: Visit) -> None:
    chat = await visit("c-1003")
    await chat.ask("hello")
    await chat.input.fill("half a thought")
    # Refreshing by a pull is the webview's; the page keeps the gesture to itself.
    keeps = await chat.page.evaluate(
        """() => [document.documentElement, document.querySelector(".thread")]
          .map((node) => getComputedStyle(node).overscrollBehaviorY)"""
    )
    assert keeps == ["none", "contain"]
    said = await chat.transcript()

    await chat.page.reload()

    await chat.expect_state("ready")
    await expect(chat.input).to_have_value("half a thought")
    assert await chat.transcript() == said


async def test_nothing_waits_for_a_mouse_over_it(visit: Visit) -> None:
    chat = await visit("c-1003")
    hovers: list[str] = await chat.page.evaluate(
        """() => [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules])
          .flatMap((rule) => rule.cssRules ? [...rule.cssRules] : [rule])
          .filter(({ selectorText }) => selectorText?.includes(":hover"))
          .flatMap(({ style }) => [...style])"""
    )
    # A look, never a thing that would not be there otherwise.
    assert not {"display", "visibility", "opacity", "height", "clip-path"} & set(hovers)


async def native(visit: Visit, sub: str) -> tuple[Chat, Host]:
    """Open the chat of a customer in a webview whose app listens."""
    context = await visit.context()
    host = Host()
    await host.install(context)
    cookie = await visit.cookie(sub)
    await context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": visit.product.url}])
    chat = Chat(await context.new_page())
    await chat.open(f"{visit.product.url}/chat")
    await chat.start_new()
    return chat, host


async def test_back_closes_one_thing_after_the_other(visit: Visit) -> None:
    chat, host = await native(visit, "c-1002")
    form = await begin_report(chat, "OK Jason Moyo", "other")
    await form.fill("description", "Paid twice, I think.")
    await form.next("review")
    await (await form.submit()).expect_state("pending")
    dialog = Dialog(chat)
    await chat.history_button.click()
    panel = chat.page.get_by_role("dialog")
    await expect(panel).to_be_visible()

    await host.send(chat.page, "back")
    await expect(panel).to_be_hidden()
    await dialog.expect_state("pending")
    await host.send(chat.page, "back")
    await dialog.expect_state("declined")
    before = await chat.last_answer_id()
    await chat.page.locator('[data-name="change_report"]').last.click()
    await chat.settled_answer(before)
    await form.expect_step("review")
    await host.send(chat.page, "back")
    await form.expect_step("words")
    await expect(form.field("description")).to_have_value("Paid twice, I think.")
    while await form.back_button.count():
        step = await form.root.locator("[data-step]").get_attribute("data-step")
        await host.send(chat.page, "back")
        await expect(form.root.locator("[data-step]")).not_to_have_attribute(
            "data-step", step or ""
        )
    await host.send(chat.page, "back")

    await host.next("close")


async def test_a_phone_with_little_power_gets_through(visit: Visit) -> None:
    """A whole journey at a quarter of the speed, with a heap as small as such a phone gives."""
    context: Any = await visit.context()
    await observe(context)
    cookie = await visit.cookie("c-1002")
    await context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": visit.product.url}])
    chat = Chat(await context.new_page())
    await slow_down(chat.page, 4)
    await chat.open(f"{visit.product.url}/chat")
    await chat.start_new()
    # Later ones follow a tap: how many count depends on how soon the answer is there.
    shifts = (await vitals(chat.page)).shifts

    await chat.ask("show my balance")
    await chat.ask("show my transactions")
    form = await reviewed_report(chat, "OK Jason Moyo", "The till said paid, the shop said no.")
    await (await form.submit()).decline()

    assert sum(shifts) < 0.02, shifts
    slow = sorted((await vitals(chat.page)).events)
    assert slow[len(slow) // 2] <= 200, slow
    heap = await chat.page.evaluate("performance.memory.usedJSHeapSize")
    assert heap < 32 * 2**20
