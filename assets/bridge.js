/* See docs/mobile-integration.md. Tokens, codes and tickets stay inside. */
(() => {
  const eco = (window.ecocash = window.ecocash || {});
  const PATIENCE = 8000, RESEND = 15000, MOST = 20, LIMIT = 16384;
  const find = (selector) => document.querySelector(selector);
  const click = (id) => find(id) && find(id).click();
  const newKey = () =>
    crypto.randomUUID ? crypto.randomUUID() : crypto.getRandomValues(new Uint32Array(4)).join("-");
  const store = (name, text) => {
    try {
      if (text === undefined) return sessionStorage[name] || "";
      if (text) sessionStorage[name] = text;
      else delete sessionStorage[name];
    } catch {}
    return "";
  };

  const origins = [location.origin];
  const native = () => window.EcoCash && EcoCash.postMessage;
  const framed = parent !== window;
  const known = (async () => {
    if (framed && !native())
      origins.push(...(await (await fetch("/api/bridge")).json()).embed_origins);
  })().catch(() => {});
  const tell = (type, payload = {}) => {
    const text = JSON.stringify({ type, id: newKey(), payload });
    if (native()) EcoCash.postMessage(text);
    else if (framed) known.then(() => {
      const above = location.ancestorOrigins;
      for (const origin of origins) if (!above || above[0] === origin) parent.postMessage(text, origin);
    });
    else return false;
    return true;
  };
  const counts = {};
  const event = (name, kind) => {
    const count = (counts[[name, kind]] = (counts[[name, kind]] || 0) + 1);
    tell("event", { name, kind, count });
  };

  /* Sign-in */
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  const post = async (path, headers, body, tries = 3) => {
    try {
      const response = await fetch(path, { method: "POST", headers, body });
      return response.ok ? await response.json() : {};
    } catch {
      if (!--tries) return {};
      await pause(2000 / tries);
      return post(path, headers, body, tries);
    }
  };
  const redeem = async (code) => {
    const headers = { "Content-Type": "application/json" };
    return code && (await post("/api/session/redeem", headers, JSON.stringify({ code }))).ticket;
  };
  let arriving, ticket = "", asking, live;
  const expire = () => {
    asking = clearTimeout(asking);
    click("#eco-expired");
  };
  const ask = () => {
    if (asking) return;
    if (tell("token_needed")) asking = setTimeout(expire, PATIENCE);
    else expire();
  };
  const hand = async (orElse) => {
    const mine = arriving;
    const found = await mine;
    if (arriving !== mine) return;
    arriving = null;
    ticket = found || "";
    if (found) click("#eco-resume");
    else orElse();
  };
  const arrive = (promise) => {
    live = asking = clearTimeout(asking);
    arriving = promise;
  };
  eco.takeTicket = () => {
    const mine = ticket;
    ticket = "";
    // Until it is answered: a refusal that was on its way already must not end what this begins.
    if (mine) asking ||= setTimeout(() => {
      asking = 0;
      ask();
    }, PATIENCE);
    return mine;
  };
  eco.needSession = () => {
    live = false;
    if (ticket) click("#eco-resume");
    else if (arriving) hand(ask);
    else ask();
  };
  eco.signOut = async () => {
    forget();
    await fetch("/api/session", { method: "DELETE" }).catch(() => {});
    expire();
  };
  const readCode = () => {
    const found = /[#&]code=([^&]*)/.exec(location.hash);
    if (!found) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    arrive(redeem(found[1]));
    return arriving;
  };
  addEventListener("popstate", () => readCode() && hand(ask));
  // The websocket waits for the session's cookie.
  window.__ecocashReady = readCode();

  const input = () => find("[data-testid=composer-input]");
  let unsent = JSON.parse(store("eco_pending") || "[]");
  const show = (list) => {
    store("eco_pending", list.length ? JSON.stringify(list) : "");
    unsent = list;
    const bubble = find("#eco-pending");
    if (!bubble) return;
    find("#eco-pending-text").textContent = list.map((entry) => entry.text).join("\n");
    bubble.hidden = !list.length;
  };
  const restore = () => {
    show(unsent);
    const draft = store("eco_draft");
    if (draft && input() && !input().value) eco.ui.setText(draft);
  };
  const forget = () => {
    eco.ui.takeText();
    eco.ui.forgetWords?.();
    show([]);
  };
  const send = (text) => {
    if (unsent.length >= MOST) eco.ui.setText(text);
    if (!text || unsent.length >= MOST) return "[]";
    const entry = { text, key: newKey() };
    show([...unsent, entry]);
    event("message_sent");
    return JSON.stringify([entry]);
  };
  eco.submit = () => send(eco.ui.takeText());
  eco.compose = (text) => {
    event("quick_action");
    return send(text);
  };
  eco.talkToPerson = () => send(find("[data-testid=talk-to-person]").title);
  eco.pending = () => JSON.stringify(unsent);
  const resend = () => live && unsent[0] && eco.online() && click("#eco-resend");
  eco.resend = (owner) => {
    if (ticket) return click("#eco-resume");
    asking = clearTimeout(asking);
    if (owner && store("eco_owner") && store("eco_owner") !== owner) forget();
    if (owner) store("eco_owner", owner);
    if (!live) event("opened");
    live = true;
    restore();
    resend();
  };
  // A connection dies without a sign.
  setInterval(resend, RESEND);
  eco.online = () => navigator.onLine;
  addEventListener("online", resend);
  addEventListener("input", ({ target }) => target === input() && store("eco_draft", target.value));
  addEventListener("DOMContentLoaded", restore);

  const seen = {};
  const look = ({ dataset: { widgetId, widget, clientKey } }) => {
    if (widgetId && !seen[widgetId]) event("widget_shown", (seen[widgetId] = widget));
    if (clientKey) show(unsent.filter((entry) => entry.key !== clientKey));
  };
  new MutationObserver((records) => {
    for (const { attributeName, target, addedNodes } of records) {
      if (attributeName === "data-need") eco.needSession();
      else if (attributeName === "data-opened") eco.resend(target.dataset.owner);
      else if (attributeName === "lang") {
        if (target.dataset.appState) event("language", (root.lang = target.lang));
      } else if (attributeName) look(target);
      for (const node of addedNodes)
        if (node.dataset) [node, ...node.querySelectorAll("[data-widget],[data-client-key]")].forEach(look);
    }
  }).observe(document, {
    subtree: true, childList: true, attributeFilter: ["data-need", "data-opened", "data-client-key", "lang"],
  });

  eco.deeplink = (url) => {
    if (!/^(ecocash|https|tel):/.test(url)) return;
    event("deeplink");
    if (tell("deeplink", { url })) return;
    if (url[0] === "h") open(url, "_blank", "noopener");
    else location.href = url;
  };

  /* From the host */
  const root = document.documentElement;
  const orders = {
    token(token) {
      arrive(post("/api/session", { Authorization: "Bearer " + token }).then(({ code }) => redeem(code)));
      hand(expire);
    },
    back() {
      if (!eco.ui?.back?.()) tell("close");
    },
    theme(theme) {
      if (/^(light|dark)$/.test(theme)) root.dataset.theme = theme;
      else if (theme === "system") delete root.dataset.theme;
    },
    locale(locale) {
      if (!/^(en|sn|nd)$/.test(locale)) return;
      eco.locale = root.lang = locale;
      click("#eco-locale");
    },
  };
  eco.receive = (data) => {
    try {
      const text = data.type ? JSON.stringify(data) : data;
      const { type, payload } = text.length < LIMIT && JSON.parse(text);
      const value = type === "back" || payload[type];
      if (value && Object.keys(orders).includes(type)) orders[type](String(value));
    } catch {}
  };
  addEventListener("message", ({ source, origin, data }) => {
    // From the webview
    if (native() && !source && !origin) eco.receive(data);
    else if (source === parent || source === window)
      known.then(() => origins.includes(origin) && eco.receive(data));
  });
  if (native() && EcoCash.addEventListener)
    EcoCash.addEventListener("message", ({ data }) => eco.receive(data));
  tell("ready", { version: 1 });
})();
