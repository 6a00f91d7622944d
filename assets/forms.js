/* Reports, questions for consent and tickets: what their cards do before the server is asked. */
(() => {
  const ecocash = window.ecocash;
  const { here } = ecocash.ui;
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const card = (node) => node.closest("[data-widget-id]");
  const act = (name, ...args) => ecocash.actions?.[name]?.(...args);

  /* A report: its fields are read from the page, and kept while they are typed */
  const typed = (form) => {
    const { step, revision } = form.dataset;
    const { category, description, ...answers } = Object.fromEntries(new FormData(form));
    return JSON.stringify({ step, revision: +revision, category, description, answers });
  };
  let unsaved, timer;
  const save = () => {
    const form = unsaved;
    clearTimeout(timer);
    unsaved = null;
    if (form?.isConnected) act("form_field", card(form).dataset.widgetId, typed(form));
  };
  const reported = ({ target }) => target.name && target.form?.matches(".report") && target.form;
  const keep = (event, delay) => {
    if (!reported(event)) return;
    unsaved = reported(event);
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };
  addEventListener("input", (event) => {
    awaited = null;
    keep(event, 900);
  });
  // Left by a tap on Next, which takes all fields along: there is no need to keep them twice.
  addEventListener("change", (event) => {
    keep(event, 300);
    if (event.target.matches("[type=file]")) chosen(event.target);
  });
  addEventListener("visibilitychange", save);
  // What has the caret is the customer's: a redraw no longer changes it.
  addEventListener("focusin", (event) => {
    if (reported(event)) event.target.value = event.target.value;
  });

  /* Where the eye and the screen reader go once the server has answered a tap */
  let awaited;
  const marks = (root) =>
    all("[data-step],[data-state]", root).map(({ dataset }) => [dataset.step, dataset.state]) + "";
  const revision = (root) => find("[data-revision]", root)?.dataset.revision;
  const wait = (button, onward) => {
    const root = card(button);
    awaited = { id: root.dataset.widgetId, marks: marks(root), revision: revision(root), onward };
  };
  const arrive = () => {
    const root = awaited && find(`[data-widget-id="${awaited.id}"]`);
    if (!root) return;
    const moved = marks(root) !== awaited.marks;
    const bad = find("[aria-invalid=true]", root);
    if (!moved && (!bad || revision(root) === awaited.revision)) return;
    const { onward } = awaited;
    // What is wrong may be from before: a field was kept, and the step is still to come.
    awaited = moved ? null : { ...awaited, revision: revision(root) };
    if (moved && onward) return; // to the question that comes below
    const target = moved ? find("[data-focus]", root) : find("input", bad) ?? bad;
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "nearest" });
  };
  const asked = (button, ...args) => {
    clearTimeout(timer);
    unsaved = null;
    wait(button, button.dataset.do === "form_submit");
    return args;
  };
  const step = (button) => asked(button, typed(button.form));
  Object.assign(here, {
    form_next: step,
    form_back: step,
    form_submit: (button) => asked(button),
    form_discard: (button) => asked(button),
    form_edit: (button) => asked(button, button.dataset.value),
  });

  /* Evidence: made small, then sent */
  const PIXELS = 2000, SMALL = 1e6, MOST = 5 * 2 ** 20, SHOWN = 10000;
  const shrink = async (file) => {
    const plain = /jpeg|png|webp|pdf/.test(file.type);
    if (plain && (file.size < SMALL || /pdf/.test(file.type))) return file;
    try {
      const image = await createImageBitmap(file);
      const scale = Math.min(1, PIXELS / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = image.width * scale;
      canvas.height = image.height * scale;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return plain && blob.size >= file.size ? file : blob;
    } catch {
      return file;
    }
  };
  const chosen = (input) => {
    const files = [...input.files];
    input.value = "";
    for (const file of files) attach(input, file);
  };
  const attach = async (input, file) => {
    const box = input.closest("[data-left]");
    const list = find(".sending", box);
    const say = (kind) => {
      const text = input.dataset[kind] ?? "";
      find("[data-upload-error]", box).textContent = text.replace("{name}", file.name);
    };
    say();
    if (list.children.length >= box.dataset.left) return say("tooMany");
    if (!/^image\/|\/pdf$/.test(file.type)) return say("wrongType");
    const id = card(input).dataset.widgetId;
    const item = find("[data-pattern] > li", box).cloneNode(true);
    const [name, bar, button] = item.children;
    name.textContent = input.dataset.sending.replace("{name}", file.name);
    button.ariaLabel = `${input.dataset.remove}: ${file.name}`;
    list.append(item);
    const body = await shrink(file);
    const request = new XMLHttpRequest();
    button.onclick = () => {
      request.abort();
      item.remove();
    };
    const header = find("[data-uploads=ticket]") && (await import("/uploads.js").then((it) => it.header(id), say));
    if (!item.isConnected) return;
    if (body.size > MOST) {
      item.remove();
      return say("tooLarge");
    }
    request.open("POST", "/api/evidence?widget=" + id);
    if (header) request.setRequestHeader(...header);
    request.upload.onprogress = ({ loaded, total }) => (bar.value = loaded / total);
    request.onload = () => {
      if (request.status !== 201) return request.onerror();
      item.dataset.sent = JSON.parse(request.responseText).id;
      setTimeout(() => item.remove(), SHOWN);
      act("form_evidence", id, item.dataset.sent);
    };
    request.onerror = () => {
      item.remove();
      say("failed");
      // The server's own words are in the customer's language.
      const { detail } = request.status ? JSON.parse(request.responseText) : {};
      if (detail) find("[data-upload-error]", box).textContent = detail;
    };
    const upload = new FormData();
    upload.append("file", body, body === file ? file.name : file.name.replace(/\.\w+$/, "") + ".jpg");
    request.send(upload);
  };

  /* A question for consent takes one tap, and stops asking when its time is over */
  const PATIENCE = 15000;
  const decide = (button) => {
    const root = card(button);
    if (root.dataset.working || root.dataset.over) return;
    const free = (yes) => {
      all("[data-do^=confirm]", root).forEach((each) => (each.ariaDisabled = !yes));
      if (yes) delete root.dataset.working;
      else root.dataset.working = true;
    };
    wait(button);
    free(false);
    setTimeout(free, PATIENCE, true);
    return [];
  };
  here.confirm_accept = here.confirm_decline = decide;
  let ahead = 0; // by how much the phone's clock is
  const count = () => {
    for (const line of all("[data-expires]")) {
      const left = Math.ceil((line.dataset.expires - Date.now() + ahead) / 1000);
      const { dataset } = card(line);
      if (left < 1) dataset.over = true;
      else delete dataset.over;
      const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      // The node's text, not the element's: this is no change of the page.
      line.firstChild.data = line.dataset.text.replace("{time}", time);
    }
  };
  setInterval(count, 1000);

  /* Tickets */
  const ticket = (button) => button.closest("[data-ticket-id]").dataset.ticketId;
  /* What is written beside one stays in this tab until the server has it, whatever is redrawn. Sent
     again it keeps its key, and is added once. */
  const WORDS = "eco_say/", boxes = new WeakSet();
  const words = (id, kept) => {
    try {
      if (kept === undefined) return JSON.parse(sessionStorage[WORDS + id] ?? "{}");
      if (kept) sessionStorage[WORDS + id] = JSON.stringify(kept);
      else delete sessionStorage[WORDS + id];
    } catch {}
    return {};
  };
  ecocash.ui.forgetWords = (key) => {
    for (const name of Object.keys(sessionStorage).filter((each) => each.startsWith(WORDS))) {
      const id = name.slice(WORDS.length), kept = words(id);
      if (key && kept.key !== key) continue;
      words(id, null);
      for (const field of all(`[data-ticket-id="${id}"] .say textarea`))
        if (field.value.trim() === kept.text) field.value = "";
    }
  };
  const recall = () => {
    const fresh = all(".say textarea").filter((field) => !boxes.has(field) && boxes.add(field));
    for (const field of fresh) field.value ||= words(ticket(field)).text ?? "";
    const last = fresh.filter(({ value }) => value).pop();
    if (last && !told) last.parentElement.open = true;
  };
  addEventListener("input", ({ target }) => {
    if (target.matches(".say textarea")) words(ticket(target), target.value.trim() ? { text: target.value } : null);
  });
  let told;
  const tell = (button) => {
    const box = button.parentElement, field = find("textarea", box), text = field.value.trim();
    if (!text) return field.focus();
    const id = ticket(button), before = words(id);
    const key = (before.text === text && before.key) || crypto.getRandomValues(new Uint32Array(4)).join("-");
    words(id, { text, key });
    told = box;
    box.open = false;
    return [id, text, key];
  };
  here.ticket_add = here.ticket_reopen = tell;
  here.ticket_rate = (button) => [ticket(button), button.dataset.value];
  const heard = ({ attributeName, target }) => {
    const { said } = target.dataset ?? {};
    if (attributeName === "data-said" && said) ecocash.ui.forgetWords(said);
    else if (attributeName !== "hidden" || !told || !find(".refusal:not([hidden])")) return;
    else told.open = true;
    told = null;
  };

  /* Escape, and the phone's Back: close what lies on top, else the newest of what is in view */
  const inView = (node) => {
    const { top, bottom } = (card(node) ?? node.form).getBoundingClientRect();
    return node.checkVisibility() && top < innerHeight && bottom > 0;
  };
  const closers = "[data-testid=confirm-decline], [data-testid=form-back], .say[open] > summary";
  /** Go one step back, and say whether there was one; `inside` is the card to do it in, if only there. */
  ecocash.ui.back = (inside) => {
    const panel = find("dialog:modal");
    if (panel) {
      panel.dispatchEvent(new Event("cancel"));
      panel.close();
      return true;
    }
    const able = (node) => inView(node) && !node.closest("[data-working]");
    const closer = all(closers, inside ?? document).filter(able).pop();
    closer?.focus({ preventScroll: true });
    closer?.click();
    return !!closer;
  };
  addEventListener("keydown", (event) => {
    const { key, target, defaultPrevented, isComposing } = event;
    // What is being written elsewhere is no answer to a question; a list that is open closes itself.
    const elsewhere = target.closest("select, .composer")?.matches("select, [data-filled]");
    if (key !== "Escape" || defaultPrevented || isComposing || elsewhere || find("dialog:modal")) return;
    const within = card(target) && find(closers, card(target)) ? card(target) : null;
    if (ecocash.ui.back(within)) event.preventDefault();
  });

  new MutationObserver((records) => {
    arrive();
    records.forEach(heard);
    recall();
    for (const { attributeName, target } of records)
      if (attributeName === "data-opened") ahead = Date.now() - target.dataset.opened || 0;
    for (const { dataset } of all("[data-evidence-id]"))
      find(`[data-sent="${dataset.evidenceId}"]`)?.remove();
    count();
  }).observe(document, {
    subtree: true, childList: true,
    attributeFilter: ["data-step", "data-state", "data-revision", "data-opened", "data-said", "hidden"],
  });
  count();
})();
