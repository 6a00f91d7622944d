/* Plays the native app on /demo: signs the customer in, and speaks the bridge with the frame. */
(() => {
  const LINES = 200;
  const find = (selector) => document.querySelector(selector);
  const frame = () => find("[data-testid=demo-frame]");
  let customer = "";
  let messages = 0;

  const note = (type, payload, kind) => {
    const line = document.createElement("li");
    const parts = { time: new Date().toLocaleTimeString("en-GB"), b: type, code: payload && JSON.stringify(payload) };
    for (const tag in parts) {
      if (!parts[tag]) continue;
      line.appendChild(document.createElement(tag)).textContent = parts[tag];
      line.append(" ");
    }
    line.dataset.type = type;
    line.dataset.kind = kind;
    const log = find("[data-testid=demo-log]");
    log.prepend(line);
    while (log.childElementCount > LINES) log.lastElementChild.remove();
  };

  /* Towards the page */
  const send = (type, payload = {}) => {
    messages += 1;
    const text = JSON.stringify({ type, id: `host-${messages}`, payload });
    frame().contentWindow.postMessage(text, location.origin);
    note(type, type === "token" ? { token: "…" } : payload, "sent");
  };
  const post = async (path, headers, body) => {
    const response = await fetch(path, { method: "POST", headers, body, credentials: "omit" });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail);
    return answer;
  };
  const newToken = async () => {
    const body = JSON.stringify({ sub: customer });
    return (await post("/api/demo/token", { "Content-Type": "application/json" }, body)).token;
  };
  const guarded = (work) => async (...args) => {
    try {
      await work(...args);
    } catch (error) {
      note("failed", { detail: error.message }, "failed");
    }
  };
  const choose = guarded(async (sub) => {
    customer = sub;
    after = "";
    find("[data-testid=demo-pushes]").replaceChildren();
    for (const button of document.querySelectorAll("[data-testid=demo-customer]"))
      button.setAttribute("aria-pressed", String(button.dataset.sub === sub));
    find(".demo").dataset.customer = sub;
    for (const button of document.querySelectorAll(".controls button")) button.removeAttribute("aria-disabled");
    const { url } = await post("/api/session", { Authorization: `Bearer ${await newToken()}` });
    // On whatever name this page was opened, the frame shall be of the same origin.
    const { pathname, hash } = new URL(url);
    frame().src = "about:blank";
    frame().addEventListener("load", () => frame().contentWindow.location.replace(pathname + hash), { once: true });
  });
  const sendToken = guarded(async () => send("token", { token: await newToken() }));
  const controls = {
    renew: sendToken,
    expire: () => fetch("/api/session", { method: "DELETE" }),
    theme: (theme) => send("theme", { theme }),
    locale: (locale) => send("locale", { locale }),
    back: () => send("back"),
    reload: () => frame().contentWindow.location.reload(),
  };
  addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.sub) choose(button.dataset.sub);
    else if (customer && button.dataset.host) controls[button.dataset.host](button.dataset.value);
  });

  /* From the push service: what the mobile backend would be told */
  const NOTICE_EVERY = 1500;
  const NOTICE_STAYS = 8000;
  let after = "";
  const push = ({ id, type, data }) => {
    const banner = document.createElement("button");
    banner.type = "button";
    banner.className = "push";
    banner.setAttribute("data-testid", "demo-push");
    banner.dataset.notice = id;
    for (const [tag, text] of Object.entries({ small: "EcoCash", b: data.title ?? type, span: data.text ?? "" }))
      banner.appendChild(document.createElement(tag)).textContent = text;
    banner.addEventListener("click", () => banner.remove());
    find("[data-testid=demo-pushes]").prepend(banner);
    setTimeout(() => banner.remove(), NOTICE_STAYS);
    note("push", { id, type, data }, "received");
  };
  const look = async () => {
    if (!customer || document.hidden) return;
    const asked = customer;
    const response = await fetch(`/api/demo/notices?${new URLSearchParams({ sub: asked, after })}`);
    if (!response.ok || asked !== customer) return;
    const answer = await response.json();
    after = String(answer.after);
    answer.notices.forEach(push);
  };
  const watch = async () => {
    // The server may be restarting.
    await look().catch(() => {});
    setTimeout(watch, NOTICE_EVERY);
  };
  watch();

  /* From the page */
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame().contentWindow || origin !== location.origin) return;
    const { type, payload } = JSON.parse(data);
    note(type, payload, "received");
    if (type === "token_needed" && find("[data-host=answers]").checked) sendToken();
  });
})();
