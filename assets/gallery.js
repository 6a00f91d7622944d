/* The workbench: what is picked and how it is shown (both in the address), the list and its search,
   edits on their way to the story, and what the story says. Accessibility is in gallery-access.js. */
(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const page = find(".gallery"), frame = find("#gallery-frame"), stage = find("#gallery-stage");
  const says = (text) => (find("#gallery-says").textContent = text);
  const call = (name, ...args) => window.workbench?.[name]?.(...args);
  const DEFAULTS = { theme: "light", lang: "en" };
  const LONGEST_LINK = 1800;

  /* The address */
  const links = all("[data-story]", find(".index"));
  const listed = new Map(links.map((link) => [link.dataset.story, link]));
  const query = () => new URLSearchParams(location.search);
  const widthOf = (story) => (listed.get(story)?.closest("details").dataset.surface === "chat" ? "360" : "1280");
  const view = () => {
    const asked = query(), story = asked.get("story") ?? links[0]?.dataset.story ?? "";
    const width = asked.get("width") ?? widthOf(story);
    return { story, theme: asked.get("theme") ?? DEFAULTS.theme, lang: asked.get("lang") ?? DEFAULTS.lang, width };
  };
  const alone = ({ story, theme, lang }) => `/gallery/${story}?theme=${theme}&lang=${lang}`;
  const encode = (text) =>
    btoa(String.fromCharCode(...new TextEncoder().encode(text))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const decode = (text) => {
    try {
      const bytes = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
      return new TextDecoder().decode(Uint8Array.from(bytes, (each) => each.charCodeAt(0)));
    } catch {
      return "";
    }
  };
  const go = (changes, { replace = false } = {}) => {
    const next = new URLSearchParams(Object.entries({ ...view(), ...changes }));
    const address = `/gallery?${next.toString().replace("%2F", "/")}`;
    history[replace ? "replaceState" : "pushState"]({ ...history.state }, "", address);
    follow();
  };

  /* Show what the address says */
  let shown = {}, drawn = "";
  const follow = ({ anew = false } = {}) => {
    const now = view();
    for (const input of all("[data-choice]")) input.checked = input.value === now[input.dataset.choice];
    if (now.story !== shown.story || anew) pick(now.story);
    if (now.story !== shown.story || now.theme !== shown.theme || now.lang !== shown.lang || anew) load(now);
    shown = now;
    fit();
  };
  const pick = (story) => {
    const link = listed.get(story);
    for (const other of all("[aria-current]", find(".index"))) other.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "page");
    if (link) link.closest("details").open = true;
    link?.scrollIntoView({ block: "nearest" });
    document.title = `${story} · EcoCash gallery`;
    call("pick", story, decode(query().get("props") ?? ""));
  };
  const load = (now) => {
    const address = alone(now);
    find("#gallery-alone").href = address;
    stage.dataset.story = "loading";
    height = 0;
    drawn = "";
    clear();
    frame.contentWindow.location.replace(address);
  };
  let height = 0;
  /* A page is as wide as asked for; where there is no room it is made smaller as a whole. */
  const fit = () => {
    const width = Number(view().width) || 360, room = stage.clientWidth - 2 * parseFloat(getComputedStyle(stage).paddingLeft);
    const scale = Math.min(1, room / width);
    const tall = Math.max(height, width > 700 ? 720 : 640);
    Object.assign(frame.style, { width: `${width}px`, height: `${tall}px`, transform: `scale(${scale})` });
    frame.style.marginRight = scale < 1 ? `${-width * (1 - scale)}px` : "";
    frame.style.marginBottom = scale < 1 ? `${-tall * (1 - scale)}px` : "";
    stage.dataset.scale = scale < 1 ? `${Math.round(scale * 100)} %` : "";
  };
  new ResizeObserver(fit).observe(stage);

  /* What the story says */
  const heard = {
    settled: (said) => {
      stage.dataset.story = said.status;
      heard.height(said);
      draw();
      inspect();
    },
    height: (said) => {
      height = Math.min(said.height, 4000);
      fit();
    },
    action: ({ name, args }) => {
      const line = document.createElement("li");
      const words = Object.assign(document.createElement("code"), { textContent: args.map((each) => JSON.stringify(each)).join(", ") });
      line.append(Object.assign(document.createElement("b"), { textContent: name }), words);
      find("#gallery-actions").prepend(line);
      count("actions", find("#gallery-actions").children.length);
    },
  };
  addEventListener("message", ({ origin, source, data }) => {
    if (origin === location.origin && source === frame.contentWindow && data?.gallery) heard[data.gallery.type]?.(data.gallery);
  });
  const clear = () => {
    find("#gallery-actions").replaceChildren();
    count("actions", 0);
  };
  const count = (panel, number) => {
    const badge = find(`[data-count=${panel}]`), text = String(number || "");
    // Written anew it would be a change, which is answered by counting again.
    if (badge.textContent !== text) badge.textContent = text;
  };
  let looking = 0, inspecting = Promise.resolve();
  const inspect = async () => {
    const mine = ++looking;
    if (stage.dataset.story !== "ready" || find("#panel-access").hasAttribute("data-away")) return;
    // One at a time: axe refuses to begin while it runs.
    inspecting = inspecting.then(() => mine === looking && window.galleryAccess.inspect(frame.contentWindow)).catch(() => false);
    const found = await inspecting;
    if (mine === looking && found) count("access", window.galleryAccess.show(found));
  };

  /* Edits: to the server, which checks them; what is valid goes on to the story */
  const payload = () => find("#gallery-payload");
  let waiting;
  const later = (work) => {
    clearTimeout(waiting);
    waiting = setTimeout(work, 250);
  };
  const draw = () => {
    if (stage.dataset.story !== "ready" || page.dataset.story !== shown.story) return;
    const text = payload().dataset.value;
    // The story's own payload is what it is drawn with already.
    if (!drawn && page.dataset.edited !== "true") drawn = text;
    if (text === drawn) return;
    drawn = text;
    frame.contentWindow.postMessage({ gallery: { payload: text } }, location.origin);
  };
  const typed = ({ target }) => {
    if (target.id === "gallery-search") return search(target.value);
    if (target.id === "gallery-payload") return later(() => call("edit", target.value));
    const { path, choice } = target.dataset;
    if (choice) return go({ [choice]: target.value }, { replace: true });
    if (path) later(() => call("set_control", path, target.type === "checkbox" ? String(target.checked) : target.value));
  };
  addEventListener("input", typed);
  addEventListener("submit", (event) => event.preventDefault());
  const fill = () => {
    for (const field of all("[data-value]", page)) {
      const { value } = field.dataset;
      if (field.type === "checkbox") field.checked = value === "true";
      else if (field !== document.activeElement && field.value !== value) field.value = value;
    }
  };
  addEventListener("focusout", () => setTimeout(() => find("#gallery-faults li") || fill()));

  /* The list */
  const search = (text) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    for (const link of links) {
      const name = link.dataset.story.replace(/[_/-]/g, " ").toLowerCase();
      link.parentElement.hidden = !words.every((word) => name.includes(word.replace(/[_/-]/g, " ")));
    }
    for (const each of all("details")) {
      const any = !!find("li:not([hidden])", each);
      each.hidden = !any;
      if (words.length) each.open = any;
    }
    for (const each of all("[data-group]")) each.hidden = !find("details:not([hidden])", each);
    find(".none").hidden = !!find("[data-group]:not([hidden])");
  };
  const visible = () => all("summary, a", find(".index")).filter((each) => each.checkVisibility());
  const move = (step) => {
    const rows = visible(), at = rows.indexOf(document.activeElement);
    (rows[at < 0 ? 0 : at + step] ?? (step < 0 ? find("#gallery-search") : null))?.focus();
  };
  const show = ({ dataset: { story } }) => {
    // A width that was not chosen is the new story's own.
    const width = view().width === widthOf(shown.story) ? widthOf(story) : view().width;
    go({ story, width });
  };
  const step = (by) => {
    const at = links.findIndex((link) => link.dataset.story === shown.story);
    const next = links[(at + by + links.length) % links.length];
    if (next) show(next);
  };

  /* Buttons, tabs and keys */
  const tab = (name) => {
    for (const each of all("[data-tab]")) {
      const chosen = each.dataset.tab === name;
      each.setAttribute("aria-selected", chosen);
      each.tabIndex = chosen ? 0 : -1;
      find(`#panel-${each.dataset.tab}`).toggleAttribute("data-away", !chosen);
    }
    if (name === "access") inspect();
  };
  const doing = {
    previous: () => step(-1),
    next: () => step(1),
    reload: () => follow({ anew: true }),
    clear_actions: clear,
    reset_story: () => {
      if (query().has("props")) go({}, { replace: true });
      call("reset_story");
    },
    copy_link: () => {
      const text = page.dataset.edited === "true" ? encode(JSON.stringify(JSON.parse(payload().dataset.value))) : "";
      const next = new URLSearchParams(Object.entries({ ...view(), ...(text && text.length < LONGEST_LINK ? { props: text } : {}) }));
      navigator.clipboard?.writeText(`${location.origin}/gallery?${next.toString().replace("%2F", "/")}`);
      says(text.length < LONGEST_LINK ? "Link copied" : "Link copied without the edited payload, which is too long for one");
    },
  };
  addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    const { target } = event;
    const link = target.closest("a[data-story]"), button = target.closest("[data-do]"), chosen = target.closest("[data-tab]");
    if (link) {
      event.preventDefault();
      show(link);
    }
    if (button) doing[button.dataset.do]?.();
    if (chosen) tab(chosen.dataset.tab);
  });
  const keys = {
    "/": () => find("#gallery-search").focus(),
    j: () => step(1),
    k: () => step(-1),
  };
  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
    if (target.id === "gallery-search" && key === "Escape") return (target.value = ""), search("");
    if (target.id === "gallery-search" && key === "Enter") return visible().find((each) => each.matches("a"))?.click();
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (arrow && target.closest(".stories")) return event.preventDefault(), move(arrow);
    if (target.matches("[data-tab]") && /^Arrow(Left|Right)$/.test(key)) {
      const tabs = all("[data-tab]"), by = key === "ArrowRight" ? 1 : -1;
      const next = tabs[(tabs.indexOf(target) + by + tabs.length) % tabs.length];
      return tab(next.dataset.tab), next.focus();
    }
    if (target.matches("input, textarea, select") || !keys[key]) return;
    event.preventDefault();
    keys[key]();
  });
  // The page's router would draw the page anew.
  addEventListener("popstate", (event) => {
    if (!location.pathname.replace(/\/$/, "").endsWith("/gallery")) return;
    event.stopImmediatePropagation();
    follow();
  }, true);

  /* What the server says */
  const changed = () => {
    fill();
    draw();
    const faults = all("#gallery-faults li").length;
    count("payload", faults);
    payload().setAttribute("aria-invalid", String(!!faults));
  };
  new MutationObserver(changed).observe(page, {
    subtree: true, childList: true, attributeFilter: ["data-revision", "data-value", "data-story", "data-edited"],
  });
  let begun = "";
  const begin = () => {
    if (page.dataset.galleryState !== "ready" || !window.workbench) return;
    // A server that lost the page's state knows no story; the address does.
    if (begun && page.dataset.story) return;
    begun = "yes";
    follow({ anew: true });
  };
  new MutationObserver(begin).observe(page, { attributeFilter: ["data-gallery-state", "data-story"] });
  addEventListener("workbench", begin);
  begin();
})();
