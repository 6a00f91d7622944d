/* The board: its address, its acts, what is typed, and the keyboard. Cards are in board-cards.js. */
(() => {
  const ecocash = (window.ecocash ??= {});
  const desk = (ecocash.desk ??= {});
  const find = (desk.find = (selector, root = document) => root.querySelector(selector));
  const all = (desk.all = (selector, root = document) => [...root.querySelectorAll(selector)]);
  const board = (desk.board = () => find(".board"));
  const panel = (desk.panel = () => find(".ticket-panel"));
  const newKey = (desk.newKey = () => (crypto.randomUUID ? crypto.randomUUID() : crypto.getRandomValues(new Uint32Array(4)).join("-")));
  const call = (desk.call = (name, ...args) => ecocash.board?.[name]?.(...args));
  const store = (name, text) => {
    try {
      if (text === undefined) return sessionStorage[name] ?? "";
      if (text) sessionStorage[name] = text;
      else delete sessionStorage[name];
    } catch {}
    return "";
  };

  /* Acts: one after the other for each ticket, each on the version that is shown by then */
  const chains = {}, answers = {};
  const versionOf = (id) =>
    Math.max(0, ...all(`[data-ticket-id="${id}"], .ticket-panel[data-item="${id}"]`).map((each) => Number(each.dataset.version) || 0));
  const until = async (met, milliseconds) => {
    for (const end = Date.now() + milliseconds; !met() && Date.now() < end; ) await new Promise((done) => setTimeout(done, 20));
  };
  /** Ask under a key; resolves with whether it was done. */
  const askAs = (desk.askAs = (key, name, ...args) =>
    new Promise((done) => {
      const late = setTimeout(() => done(false), 10_000);
      answers[key] = (ok) => {
        clearTimeout(late);
        delete answers[key];
        done(ok);
      };
      call(name, key, ...args);
    }));
  /** The same for a ticket: resolves when its new version is shown, so that the next act is on that. */
  const actAs = (key, id, name, ...args) => {
    const run = async () => {
      const version = versionOf(id), ok = await askAs(key, name, id, version, ...args);
      if (ok) await until(() => versionOf(id) !== version, 1000);
      return ok;
    };
    return (chains[id] = (chains[id] ?? Promise.resolve()).then(run, run));
  };
  const act = (desk.act = (...what) => actAs(newKey(), ...what));
  const ask = (desk.ask = (...what) => askAs(newKey(), ...what));

  /* Address: it says what is open and what is filtered, so it can be sent to a colleague */
  let shownQuery = location.search, shownItem = null;
  const itemOf = () => /^\/board\/([\w-]+)/.exec(location.pathname)?.[1] ?? "";
  const go = (path, query = location.search) => {
    const target = path + query;
    if (target !== location.pathname + location.search) history.pushState({ ...history.state }, "", target);
    follow();
  };
  const follow = () => {
    if (location.search !== shownQuery) {
      desk.clearPicks?.();
      call("show", (shownQuery = location.search));
    }
    const item = itemOf();
    if (item === shownItem) return;
    shownItem = item;
    item ? call("open_item", item) : call("close_item");
  };
  const open = (desk.open = (id) => go(`/board/${id}`));
  /** Close the panel; the focus goes back to its card. */
  const close = (desk.close = () => {
    go("/board");
    desk.focusCurrent?.();
  });
  const query = (changes) => {
    const next = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
    go(location.pathname, next.size ? `?${next}` : "");
    find(".ground")?.scrollTo(0, 0);
  };
  // The page's router would draw the page anew.
  addEventListener("popstate", (event) => {
    if (!board() || !location.pathname.startsWith("/board")) return;
    event.stopImmediatePropagation();
    follow();
  }, true);

  /* What was typed stays with its ticket until it was sent, also over a reload */
  const shown = () => panel()?.dataset.item;
  /* For which ticket the words in a field are: those of one must not go to another's customer */
  const typedFor = new WeakMap();
  const draftOf = (form) => `eco_desk/${typedFor.get(form.elements.text) ?? shown()}/${form.dataset.form}`;
  /* Words that were sent keep their key until the server has them: sent again, they are written once. */
  const keysOf = (name) => JSON.parse(store(name) || "{}");
  const keyOf = (name, text) => {
    const keys = keysOf(name);
    keys[text] ??= newKey();
    store(name, JSON.stringify(keys));
    return keys[text];
  };
  const forget = (name, text) => {
    const { [text]: _, ...keys } = keysOf(name);
    store(name, Object.keys(keys).length ? JSON.stringify(keys) : "");
  };
  const fields = () => all(".write textarea");
  const fit = (field) => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  };
  const fill = (field, text) => {
    field.value = text;
    fit(field);
    store(draftOf(field.form), text);
  };
  const restoreOne = (field) => {
    typedFor.delete(field);
    fill(field, store(draftOf(field.form)));
  };
  const restore = () => {
    // A panel that changes under somebody's hands, unasked, leaves them their words.
    const asked = !itemOf() || itemOf().toLowerCase() === shown()?.toLowerCase();
    for (const field of fields())
      if (asked || !typedFor.has(field) || field !== document.activeElement) restoreOne(field);
  };
  let typedAt = 0;
  addEventListener("input", ({ target }) => {
    if (target.id === "board-search") return search(target.value);
    if (!target.matches?.(".write textarea")) return;
    fit(target);
    if (!typedFor.has(target)) typedFor.set(target, shown());
    store(draftOf(target.form), target.value);
    if (target.form.dataset.form !== "note" && Date.now() - typedAt > 2500) {
      typedAt = Date.now();
      call("typing");
    }
  });
  let searching;
  const search = (text) => {
    clearTimeout(searching);
    searching = setTimeout(() => query({ q: text.trim() }), 250);
  };

  const submit = async (form) => {
    const field = form.elements.text, text = field.value.trim(), name = form.dataset.form;
    const { item, handoverId } = panel().dataset, written = field.tagName === "TEXTAREA";
    if ((!written && form.dataset.sending) || (!text && !/^(tag|escalate)$/.test(name))) return field.focus();
    if (written && (typedFor.get(field) ?? item) !== item) return restoreOne(field);
    typedFor.delete(field);
    const then = name === "reply" ? [form.elements.then.value] : [];
    form.dataset.sending = "";
    desk.stick = true;
    // The field is free at once; the draft stays in the store until it is known to be sent.
    if (written) {
      field.value = "";
      fit(field);
      if (then.length) form.elements.then.value = "";
    }
    const kept = `eco_desk/${item}/${name}/sent`, key = written ? keyOf(kept, text) : newKey();
    const ok = await (name === "say" ? askAs(key, "say", handoverId, text) : actAs(key, item, name, text, ...then));
    if (ok && written) forget(kept, text);
    delete form.dataset.sending;
    if (!written) return ok && name !== "tag" && (field.value = "");
    const here = panel()?.dataset.item === item && field.isConnected;
    const rest = [ok ? "" : text, here ? field.value : ""].filter(Boolean).join("\n");
    if (here) fill(field, rest);
    else store(`eco_desk/${item}/${name}`, rest);
    if (!ok && here) field.focus();
  };
  addEventListener("submit", (event) => {
    if (!event.target.dataset.form) return;
    event.preventDefault();
    submit(event.target);
  }, true);

  /* Buttons and lists */
  const doing = {
    view: (button) => query({ view: button.dataset.value === "all" ? "" : button.dataset.value }),
    clear_filters: () => {
      const field = find("#board-search");
      field.value = "";
      field.focus(); // the button goes
      query({ q: "", category: "", language: "", due: "" });
    },
    open_link: (link) => go(new URL(link.href).pathname),
    close,
    reload: () => call("reload"),
    more: (button) => call("more", button.dataset.value, desk.isWhole(button.closest(".lane"))),
    newer: (button) => call("newer", button.dataset.value),
    earlier: () => call("earlier"),
    take: () => ask("take", panel().dataset.handoverId).then((ok) => ok && setTimeout(() => find("#write-say")?.focus(), 150)),
    hand_back: () => ask("hand_back", panel().dataset.handoverId),
    resend: (button) => ask("resend", button.dataset.value),
    resend_all: () => ask("resend_all"),
    dismiss: (button) => {
      const conflict = button.closest(".conflict");
      conflict.hidden = true;
      dismissed = conflict.dataset.tick;
    },
    copy_link: (button) => {
      navigator.clipboard?.writeText(`${location.origin}/board/${button.dataset.value}`);
      button.dataset.done = "";
      setTimeout(() => delete button.dataset.done, 2000);
      desk.say?.("Link copied");
    },
    canned: () => canned(),
    canned_language: (button) => {
      find("#canned").dataset.language = button.textContent;
      for (const each of all("[data-do=canned_language]")) each.ariaPressed = String(each === button);
    },
    use_canned: (button) => {
      const field = writing();
      fill(field, (field.value && `${field.value.trimEnd()}\n`) + button.dataset.value);
      canned(false);
      field.focus();
    },
    help: () => {
      const sheet = find("#keys");
      if (sheet.open) return sheet.close();
      find("#keys-on").checked = lettersOn();
      sheet.showModal();
    },
    theme: () => {
      const root = document.documentElement;
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try {
        localStorage.eco_theme = root.dataset.theme;
      } catch {}
    },
  };
  desk.doing = doing;
  try {
    if (/^(light|dark)$/.test(localStorage.eco_theme)) document.documentElement.dataset.theme = localStorage.eco_theme;
  } catch {}
  /* Who speaks to the machine would press keys of one letter without meaning to. */
  const lettersOn = () => {
    try {
      return localStorage.eco_keys !== "off";
    } catch {
      return true;
    }
  };
  const writing = () => find("#write-say") ?? find("#write-reply");
  const canned = (shown) => {
    const list = find("#canned");
    if (!list) return;
    list.hidden = !(shown ?? list.hidden);
    for (const button of all("[data-do=canned]")) button.ariaExpanded = String(!list.hidden);
    if (!list.hidden) replies()[0]?.focus();
    else if (shown === undefined || list.contains(document.activeElement)) writing()?.focus();
  };
  const replies = () => all("#canned [data-do=use_canned]").filter((button) => button.offsetParent);
  addEventListener("keydown", (event) => {
    const list = replies(), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !list.length || !event.target.closest?.("#canned")) return;
    event.preventDefault();
    list[(list.indexOf(event.target) + step + list.length) % list.length].focus();
  });
  addEventListener("click", (event) => {
    if (event.target.matches("dialog")) return event.target.close();
    const account = find(".account[open]");
    if (account && !account.contains(event.target)) account.open = false;
    // What the customer's chat holds is to be read, not to be followed.
    if (event.target.closest(".transcript fieldset a")) return event.preventDefault();
    const button = event.target.closest("[data-do]");
    if (!button || button.closest(".transcript fieldset") || !doing[button.dataset.do]) return;
    if (button.tagName === "A" && (event.metaKey || event.ctrlKey || event.shiftKey)) return;
    if (button.type !== "checkbox") event.preventDefault();
    event.stopPropagation();
    doing[button.dataset.do](button, event);
  }, true);
  addEventListener("change", ({ target }) => {
    const { change, filter } = target.dataset;
    if (target.id === "keys-on")
      try {
        target.checked ? delete localStorage.eco_keys : (localStorage.eco_keys = "off");
      } catch {}
    if (filter) query({ [filter]: target.value });
    if (change) act(panel().dataset.item, change, target.value).then((ok) => ok || desk.choose(true));
  });
  /** Choose in every list what the server says; a list in use is left alone. */
  desk.choose = (also) => {
    for (const field of all("select[data-value], input[data-value]")) {
      const { value } = field.dataset;
      if (field.dataset.was === value && !also) continue;
      field.dataset.was = value;
      if (field !== document.activeElement || field.tagName === "SELECT") field.value = value;
    }
  };

  /* Keyboard */
  let going = 0;
  const focusIn = (selector) => {
    const field = find(selector);
    if (!field) return false;
    field.focus();
    if (field.tagName === "SELECT") try { field.showPicker(); } catch {}
    return true;
  };
  /* What lies on top goes first; the focus goes to what it came from. */
  const escape = () => {
    const list = find("#canned"), account = find(".account[open]"), field = document.activeElement;
    if (desk.closeMenu?.()) return true;
    if (list && !list.hidden) return canned(), true;
    if (account) return (account.open = false), find("summary", account).focus(), true;
    if (field?.matches("textarea, select, input:not([type=checkbox])") && !field.closest("#bulk")) {
      if (!panel()?.contains(field)) desk.focusCurrent?.() || field.blur();
      else panel().focus();
      return true;
    }
    if (desk.picked?.size) return desk.clearPicks(), true;
    if (panel()) return close(), true;
    return false;
  };
  const keys = {
    j: () => desk.step(0, 1),
    k: () => desk.step(0, -1),
    l: () => desk.step(1, 0),
    h: () => desk.step(-1, 0),
    ArrowDown: () => document.activeElement?.matches(".tile") && desk.step(0, 1),
    ArrowUp: () => document.activeElement?.matches(".tile") && desk.step(0, -1),
    ArrowRight: () => document.activeElement?.matches(".tile") && desk.step(1, 0),
    ArrowLeft: () => document.activeElement?.matches(".tile") && desk.step(-1, 0),
    Enter: () => document.activeElement?.matches(".tile") && desk.openTile(document.activeElement),
    o: () => desk.current() && desk.openTile(desk.current()),
    r: () => focusIn("#write-say") || focusIn("#write-reply") || desk.openThen("#write-reply"),
    n: () => focusIn("#write-note") || desk.openThen("#write-note"),
    a: () => focusIn("[data-testid=ticket-assign]") || desk.openThen("[data-testid=ticket-assign]"),
    p: () => focusIn("[data-testid=ticket-priority]") || desk.openMenu(),
    c: () => panel() && (canned(), true),
    i: () => desk.assignToMe(),
    m: () => desk.openMenu(),
    x: () => desk.current() && desk.pick(desk.current()),
    b: () => !!desk.picked?.size && focusIn("#bulk select"),
    g: () => ((going = Date.now()), true),
    "/": () => focusIn("#board-search"),
    "?": () => (doing.help(), true),
  };
  const views = ["all", "mine", "unassigned", "breaching"];
  addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!board() || event.isComposing) return;
    if (key === "Escape") return find("dialog[open]") ? undefined : escape() && event.preventDefault();
    if (key === "Enter" && target.matches?.(".write textarea")) {
      if (event.shiftKey) return;
      event.preventDefault();
      return target.form.requestSubmit();
    }
    if (key === "Enter" && target.id === "board-search") return target.blur(), desk.found();
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (target.closest?.("input:not([type=checkbox]), textarea, select, dialog, [role=menu]")) return;
    if (lettersOn() && Date.now() - going < 1200 && views[key - 1]) {
      going = 0;
      event.preventDefault();
      return query({ view: key === "1" ? "" : views[key - 1] });
    }
    if (/^(BUTTON|A|SUMMARY)$/.test(target.tagName) && key === "Enter") return;
    if (key.length === 1 && !lettersOn()) return;
    if (keys[key]?.()) event.preventDefault();
  });

  /* What the server says: attributes that change */
  const heard = {
    "data-need": () => location.assign(`/api/staff/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`),
    "data-opened": () => {
      // After a lost connection as well: the server may have forgotten what was open.
      shownItem = null;
      shownQuery = location.search;
      follow();
    },
    "data-tick": (element) => {
      const { key, done, tick } = element.dataset;
      // A page that loads anew is told the last word again.
      if (!element.matches(".toast") || +tick <= +store("eco_desk/tick")) return;
      store("eco_desk/tick", tick);
      answers[key]?.(done === "true");
      desk.flash?.(element);
      if (done !== "true") desk.choose(true);
    },
  };
  const old = store("eco_desk/tick");
  let dismissed = "";
  let item;
  let tab;
  const changed = (records) => {
    for (const { attributeName, target } of records) heard[attributeName]?.(target);
    // On a narrow screen the row of views scrolls.
    const current = find('.top-bar [aria-current="page"]');
    if (current !== tab) (tab = current)?.scrollIntoView({ block: "nearest", inline: "nearest" });
    desk.choose();
    const conflict = find(".conflict");
    if (conflict) conflict.hidden = +conflict.dataset.tick <= +old || conflict.dataset.tick === dismissed;
    const now = panel()?.dataset.item ?? "";
    // What follows an opened panel is in board-cards.js, which looks again once it is there.
    if (now !== item && desk.opened) {
      const list = find("#canned");
      if (list && item) list.hidden = true;
      item = now;
      if (item) restore();
      desk.opened(item);
    }
    desk.refresh?.();
  };
  new MutationObserver(changed).observe(document, {
    subtree: true, childList: true, attributeFilter: ["data-need", "data-opened", "data-tick", "data-item", "data-value", "data-status", "data-version", "aria-current"],
  });
  // The browser knows sooner than the connection that there is none.
  const online = () => board()?.toggleAttribute("data-cut", !navigator.onLine);
  addEventListener("online", online);
  addEventListener("offline", online);
  desk.changed = changed;
})();
