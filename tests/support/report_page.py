"""A problem report over the wire, as far as the question whether to send it."""

import json

from tests.support.page_client import PageClient, State


async def bring_to_dialog(page: PageClient) -> str:
    """Report a problem with the newest failed transaction; return the dialog's id."""
    table = await page.ask("show my failed transactions")
    reference = _card(table, "transaction_table")["rows"][0]["reference"]
    detail = await page.tap("get_help", reference=reference)
    card_id = _card(detail, "transaction_detail")["id"]
    form = await page.tap("pick_reason", widget_id=card_id, category="other")
    form_id = _card(form, "ticket_form")["id"]
    words = {"step": "words", "description": "The money left, and nothing arrived."}
    await _go_on(page, form_id, words, "review")
    dialog = await page.tap("form_submit", widget_id=form_id)
    dialog_id: str = _card(dialog, "confirmation_dialog")["id"]
    return dialog_id


def dialog_state(page: PageClient, dialog_id: str) -> str:
    """Return where a dialog stands, or nothing where the page does not show it."""
    card = page.widget(dialog_id)
    # Fields at their default are not sent.
    return card.get("dialog", {}).get("state", "pending") if card else ""


def _card(message: State, kind: str) -> State:
    found = [each for each in message.get("widgets", []) if each["type"] == kind]
    assert found, f"no {kind} in {message}"
    card: State = found[0]
    return card


async def _go_on(page: PageClient, form_id: str, typed: dict[str, str], target: str) -> None:
    """Fill in one step of a form, and wait for the step it leads to."""
    revision = page.widget(form_id)["form"].get("revision", 1)
    fields = json.dumps({**typed, "revision": revision})
    await page.emit("form_next", widget_id=form_id, fields=fields)
    await page.until(lambda _vars: page.widget(form_id)["form"].get("step") == target)
