/* Behaviour of the chat's elements that needs no server; the page and the bridge use `ecocash.ui`. */
(() => {
  const ecocash = (window.ecocash ??= {});
  const ui = (ecocash.ui ??= {});
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const listen = (name, handler) => addEventListener(name, handler, true);
  let stick = true, known = Infinity, sending, shift, thread, list, box, panel, placed, room, length, ended, anchor, held, wasBusy, newest, asked, wanted, cut = false;

  /* What the page and the bridge call */
  const input = () => find("[data-testid=composer-input]");
  ui.text = () => input().value.trim();
  ui.setText = (text) => {
    input().value = text;
    input().dispatchEvent(new Event("input", { bubbles: true }));
  };
  ui.takeText = () => {
    const text = ui.text();
    ui.setText("");
    sending = false;
    return text;
  };

  /* Composer */
  const fit = (field) => {
    field.style.height = "auto";
    field.style.height = field.scrollHeight + "px";
    field.form.toggleAttribute("data-filled", !!ui.text());
  };
  const busy = () => list?.getAttribute("aria-busy") === "true";
  const touched = () => matchMedia("(pointer: coarse)").matches;
  const submit = (event) => {
    event.preventDefault();
    event.target.form.requestSubmit();
  };
  let told = 0;
  listen("input", (event) => {
    if (event.target !== input()) return;
    fit(event.target);
    if (find(".chat").dataset.speaker !== "agent" || Date.now() - told < 3000) return;
    told = Date.now();
    ecocash.actions?.typing?.();
  });
  listen("keydown", (event) => {
    shift = event.shiftKey;
    if (event.target === input() && event.key === "Enter" && !shift && !event.isComposing)
      submit(event);
  });
  // Some touch keyboards name no key, only what it would do.
  listen("beforeinput", (event) => {
    if (event.target === input() && event.inputType === "insertLineBreak" && !shift) submit(event);
  });
  // Before the page's own handler, which so sees only submits that should be sent.
  listen("submit", (event) => {
    if (event.target !== input()?.form) return;
    const state = find(".chat").dataset.appState;
    if (state === "loading") ecocash.submit?.(); // sent later
    if (state === "expired") find("[data-do=sign_in_again]")?.click(); // what was typed stays
    if (/loading|expired/.test(state) || busy() || sending || !ui.text()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    sending = true;
    follow();
    setTimeout(() => (sending = false), 1000);
    if (touched()) input().blur();
    else input().focus();
  });

  /* Buttons: `data-do` names the handler; what is done here first says whether to go on, or with
     which arguments. `assets/forms.js` adds its own. */
  const here = (ui.here = {
    copy(button) {
      navigator.clipboard?.writeText(button.dataset.value);
      button.dataset.done = "";
      announce(find(".chat").dataset.copied);
      setTimeout(() => button.removeAttribute("data-done"), 1600);
    },
    latest() {
      track(true);
      settle(true);
    },
    get_help(button) {
      const reason = find("[data-do=pick_reason]", button.parentElement);
      reason?.focus();
      return !reason;
    },
    open_history: () => show(true),
    close_history: () => show(false),
    open_conversation: () => show(false),
    new_chat() {
      // On a phone this would bring up the keyboard.
      if (!touched()) input().focus();
      return true;
    },
    quick_action: () => !busy(),
  });
  const run = (name, button, value = button.dataset.value) => {
    const go = !here[name] || here[name](button);
    if (!go) return;
    const args = Array.isArray(go) ? go : value === undefined ? [] : [value];
    if (name === "postback") args.unshift(button.dataset.name);
    if (/^(pick_reason|chip|next_page|postback|form_\w+|confirm_\w+)$/.test(name))
      args.unshift(button.closest("[data-widget-id]").dataset.widgetId);
    if (/^(quick_action|get_help|open_transaction|pick_reason|postback|form_submit|(confirm|ticket)_\w+)$/.test(name)) follow();
    else if (/^form_/.test(name)) track(false); // `forms.js` leads to what comes
    if (/^(open_transaction|get_help|pick_reason|postback|form_submit|retry)$/.test(name)) asker = document.activeElement;
    if (/^(chip|next_page)$/.test(name)) altered = { ...table(button), name };
    ecocash.actions?.[name]?.(...args);
  };
  const release = () => all("[data-wait]").forEach((button) => button.removeAttribute("data-wait"));
  addEventListener("click", (event) => {
    if (event.target.matches("dialog")) return run("close_history", event.target);
    const button = event.target.closest("[data-do]");
    if (!button) return;
    event.preventDefault();
    // A second tap does nothing while the first has no answer, nor as half of a double tap.
    if (button.dataset.wait || event.detail > 1) return;
    button.dataset.wait = true;
    setTimeout(release, /^(copy|latest|deeplink)$/.test(button.dataset.do) ? 600 : 4000);
    run(button.dataset.do, button);
  });
  listen("change", ({ target }) => target.name === "choose_language" && run(target.name, target, target.value));
  listen("cancel", (event) => run("close_history", event.target));
  const show = (open) => {
    const dialog = find("dialog");
    if (dialog.open !== open) open ? dialog.showModal() : dialog.close();
    return true;
  };

  /* Thread: follows what is new, but never past the question that it answers */
  const below = () => thread.scrollHeight - thread.clientHeight - thread.scrollTop;
  const shown = () => all(".message:not([hidden])", list);
  const track = (on, from = Infinity) => {
    stick = on;
    known = from;
  };
  /* What comes from now on was asked for: it is led to also where things above it fold */
  const follow = () => track(true, shown().length);
  const settle = (end) => {
    const messages = shown(), [newest, before] = messages.slice(-2).reverse();
    const top = (before?.dataset.role === "customer" ? before : newest)?.offsetTop - 12;
    const stay = ended && room !== thread.clientHeight && length === list.offsetHeight;
    if (anchor && !list.contains(anchor)) {
      track(true); // another conversation
      thread.scrollTop = 0;
    } else if (anchor) thread.scrollTop += anchor.offsetTop - held;
    if (stay || end === true) thread.scrollTop += below();
    else {
      const way = Math.min(below(), top - thread.scrollTop);
      if (stick && (way > 0 || messages.length > known)) thread.scrollTop += way;
    }
    placed = thread.scrollTop;
    room = thread.clientHeight;
    length = list.offsetHeight;
    scrolled();
  };
  const scrolled = () => {
    // Moved by what was laid out anew: the observer is about to settle that.
    if (room !== thread.clientHeight || length !== list.offsetHeight) return;
    const messages = all("[data-message-id]", list);
    anchor = messages.filter((message) => message.offsetTop <= thread.scrollTop + 12).pop() ?? messages[0];
    held = anchor?.offsetTop;
    ended = below() < 40;
    if (Math.abs(thread.scrollTop - placed) > 2) track(ended);
    find(".latest").toggleAttribute("data-show", below() > 120);
  };
  const sizes = new ResizeObserver(settle);
  const mount = () => {
    sizes.disconnect();
    thread = find(".thread");
    list = find(".messages");
    if (!thread || !list) return;
    stick = true;
    thread.addEventListener("scroll", scrolled, { passive: true });
    sizes.observe(thread);
    sizes.observe(list);
  };

  listen("focusin", ({ target }) => {
    // A row that scrolls sideways shows the one of its buttons that has the focus.
    if (target.closest(".chips")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
    // Where somebody writes, the browser keeps the field in view.
    if (target.matches(".thread :is(input, textarea)")) known = Infinity;
  });

  /* One calm announcement of all that has come, once it has settled */
  const announce = (ui.announce = (text) => (find(".announce").textContent = text));
  const words = (message) =>
    all(message.dataset.role === "agent" ? ".who, .bubble" : ".bubble, h2, .notice, .terms", message)
      .filter((part) => part.checkVisibility()).map((part) => part.textContent.trim()).filter(Boolean);
  const speak = (since) => {
    const messages = all("[data-testid=message]");
    const known = messages.findIndex(({ dataset }) => dataset.messageId === since);
    const fresh = messages.slice(known < 0 ? -1 : known + 1).filter(({ dataset }) => dataset.role !== "customer");
    if (!fresh.length) return;
    announce(fresh.flatMap(words).join(". ").slice(0, 600));
    lead(fresh.pop());
  };
  /* What a tap asked for takes the focus, unless that was moved meanwhile */
  let asker;
  const lead = (message) => {
    const held = document.activeElement;
    if (message.contains(asker)) return; // a quick tap on what is only now being announced
    if (asker && (held === asker || held === document.body))
      ui.focus(["[data-focus]", "h2", ".bubble"].map((each) => find(each, message)).find(Boolean));
    asker = null;
  };
  ui.focus = (target) => {
    if (target?.tabIndex < 0) target.tabIndex = -1;
    target?.focus({ preventScroll: true });
  };
  /* A table that a tap has changed in its place says what it holds now */
  let altered;
  const table = (node) => {
    const card = node.closest("[data-widget-id]"), rows = all("[data-transaction-id]", card);
    const chip = find("[aria-pressed=true]", card);
    return { card, rows, chip, mark: [chip?.dataset.value, ...rows.map((row) => row.dataset.transactionId)] + "" };
  };
  const alter = () => {
    const before = altered, { card, rows, chip, mark } = table(before.card);
    if (mark === before.mark) return;
    altered = null;
    announce([chip, ...all("header small, .empty", card)].map((part) => part?.textContent).filter(Boolean).join(". "));
    const held = document.activeElement;
    const added = before.name === "next_page" && (held === document.body || held.dataset.do === before.name);
    if (added) ui.focus(find("button", rows[before.rows.length]));
  };
  // No server can say that there is none.
  const online = () => {
    const page = find(".chat")?.dataset ?? {};
    if (page.appState === (cut ? "offline" : "ready") && cut === navigator.onLine) {
      cut = !cut;
      page.appState = cut ? "offline" : "ready";
    }
  };
  listen("online", online);
  listen("offline", online);
  const changed = (records) => {
    if (find(".thread") !== thread) mount();
    if (input() && input() !== box) fit((box = input()));
    online();
    const dialog = find("dialog");
    if (dialog && (dialog !== panel || dialog.dataset.open !== wanted)) show((wanted = (panel = dialog).dataset.open) === "true");
    const answered = ({ attributeName }) => !attributeName || attributeName === "data-revision";
    if (records.some(answered)) release();
    if (altered) alter();
    for (const chips of all(".chips:not([data-seen])")) {
      chips.dataset.seen = "";
      const chosen = find("[aria-pressed=true]", chips);
      if (chosen) chips.scrollLeft = chosen.offsetLeft - chips.offsetLeft - 60;
    }
    const messages = all("[data-testid=message]"), last = messages.at(-1)?.dataset ?? {};
    // Below what was the last one; in another conversation that is gone.
    const added = last.messageId !== newest && messages.some(({ dataset }) => dataset.messageId === newest);
    const spoken = added && last.role !== "customer";
    if (!busy() && (wasBusy || spoken)) setTimeout(speak, 100, asked ?? newest);
    if (busy()) asked ??= newest;
    else asked = null;
    newest = last.messageId;
    wasBusy = busy();
  };
  new MutationObserver(changed).observe(document, {
    subtree: true, childList: true, attributes: true,
    attributeFilter: ["aria-busy", "aria-pressed", "data-open", "data-app-state", "data-revision"],
  });
  changed([]);

  /* Where the keyboard covers the page instead of shrinking it */
  const view = window.visualViewport;
  view?.addEventListener("resize", () => {
    const covered = innerHeight - view.height > 80;
    document.documentElement.style.setProperty("--height", covered ? view.height + "px" : "");
    if (covered) scrollTo(0, 0);
  });
})();
