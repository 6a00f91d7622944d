"""The chat page: the shell bound to its state, and the points where the page's script joins."""

from typing import Any, cast

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from components.chat_shell import chat_shell
from components.handlers import ChatHandlers
from components.markup import cond, el, fragment, script
from ecocash_copilot.pages.joint import call, call_function, joint
from ecocash_copilot.state.chat import ChatState
from ecocash_copilot.state.window import window_var

_state: Any = ChatState

UNCONNECTED: Any = cast("Any", has_connection_errors)
"""Whether the websocket is down, also where the phone itself is online."""


def chat_page() -> rx.Component:
    """Return ``/chat``."""
    return fragment(
        el.script(src="/bridge.js", defer=True),
        el.script(src="/chat.js", defer=True),
        el.script(src="/forms.js", defer=True),
        chat_shell(
            handlers=_handlers(),
            app_state=cond(
                UNCONNECTED & (_state.app_state == "ready"), "offline", _state.app_state
            ),
            lang=_state.lang,
            labels=_state.labels,
            title=_state.title,
            messages=window_var(ChatState),
            live_blocks=_state.live_blocks,
            live_tail=_state.live_tail,
            live_widgets=_state.live_widgets,
            busy=_state.busy,
            has_earlier=_state.has_earlier,
            quick=_state.quick,
            history=_state.history,
            history_open=_state.history_open,
            history_known=_state.history_known,
            alert=_state.alert,
            speaker=_state.speaker,
            speaker_note=_state.speaker_note,
            agent_typing=_state.agent_typing,
        ),
        *_joints(),
    )


def _joints() -> list[Any]:
    """Elements through which `assets/bridge.js` and the state speak; nobody sees them."""
    return [
        el.div(
            id="eco-server",
            hidden=True,
            data_need=_state.need_session,
            data_opened=_state.opened,
            data_owner=_state.owner,
            data_said=_state.said,
            data_uploads=_state.uploads,
            data_upload_ticket=_state.upload_ticket,
        ),
        joint("eco-resume", call("window.ecocash.takeTicket()", _state.resume)),
        joint("eco-expired", _state.expire),
        joint("eco-resend", call("window.ecocash.pending()", _state.send)),
        joint("eco-locale", call("window.ecocash.locale", _state.set_locale)),
    ]


def _handlers() -> ChatHandlers:
    return ChatHandlers(
        send=call("window.ecocash.submit()", _state.send),
        stop=_state.stop,
        retry=_state.retry,
        quick_action=_compose,
        new_chat=_state.new_chat,
        choose_language=_state.choose_language,
        open_history=_state.open_history,
        close_history=_state.close_history,
        open_conversation=_state.open_conversation,
        load_earlier=_state.load_earlier,
        get_help=_state.get_help,
        open_transaction=_state.open_transaction,
        pick_reason=_state.pick_reason,
        chip=_state.chip,
        next_page=_state.next_page,
        postback=_state.postback,
        deeplink=_deeplink,
        form_next=_state.form_next,
        form_back=_state.form_back,
        form_field=_state.form_field,
        form_edit=_state.form_edit,
        form_submit=_state.form_submit,
        form_discard=_state.form_discard,
        form_upload=_state.form_upload,
        form_evidence=_state.form_evidence,
        form_remove_evidence=_state.form_remove_evidence,
        confirm_accept=_state.confirm_accept,
        confirm_decline=_state.confirm_decline,
        ticket_rate=_state.ticket_rate,
        ticket_reopen=_state.ticket_reopen,
        ticket_add=_state.ticket_add,
        leave_queue=_state.leave_queue,
        typing=_state.typing,
        talk_to_person=call("window.ecocash.talkToPerson()", _state.send),
        sign_in_again=call_function(script("(() => window.ecocash.needSession())")),
        reload=_state.open_chat,
    )


def _compose(text: Any) -> Any:
    return call(f"window.ecocash.compose({text!s})", _state.send)


def _deeplink(url: Any) -> Any:
    return call_function(script(f"(() => window.ecocash.deeplink({url!s}))"))
