/* The board's cards: clocks, drag, the menu, the selection, and short words. */
(() => {
  const desk = ((window.ecocash ??= {}).desk ??= {});
  const { find, all } = desk;
  const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

  /* Clocks and ages */
  const span = (milliseconds) => {
    const minutes = Math.max(1, Math.floor(milliseconds / MINUTE));
    if (minutes < 60) return `${minutes}m`;
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return minutes % 60 && hours < 10 ? `${hours}h ${minutes % 60}m` : `${hours}h`;
    const days = Math.floor(hours / 24);
    return hours % 24 && days < 4 ? `${days}d ${hours % 24}h` : `${days}d`;
  };
  const moment = (time) =>
    new Date(time).toLocaleString("en-GB", { timeZone: "Africa/Harare", weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const say = (element, text) => element.textContent === text || (element.textContent = text);
  const clock = (element, now) => {
    const { due, paused, breached } = element.dataset, left = due - now;
    let level = "", text = "";
    if (paused === "true") [level, text] = ["paused", "Paused"];
    else if (+due && left < 0) [level, text] = ["late", `${element.dataset.for} ${span(-left)} late`];
    else if (+due && left < HOUR) [level, text] = ["soon", `${element.dataset.for} in ${span(left)}`];
    else if (+due) [level, text] = ["calm", `${element.dataset.for} in ${span(left)}`];
    else if (breached === "true") [level, text] = ["late", "Was late"];
    say(element, text);
    if (element.dataset.level !== level) element.dataset.level = level;
    if (+due && element.dataset.told !== due) {
      element.dataset.told = due;
      element.title = `Due ${moment(+due)}`;
    }
  };
  const age = (element, now) => {
    const { at, span: kind } = element.dataset;
    if (!+at) return;
    const text = span(now - at);
    say(element, kind === "late" ? `${text} late` : kind === "long" ? (now - at < MINUTE ? "just now" : `${text} ago`) : text);
    if (element.dataset.told !== at) {
      element.dataset.told = at;
      element.title = moment(+at);
    }
  };
  const tell = (root = document) => {
    const now = Date.now();
    all(".clock", root).forEach((each) => clock(each, now));
    all(".age", root).forEach((each) => age(each, now));
  };
  setInterval(tell, 5000);

  /* The current card */
  let current = "";
  const tiles = (root = document) => all(".tile:not(.ghost):not([data-leaving])", root);
  const idOf = (tile) => tile.dataset.ticketId ?? tile.dataset.item;
  const tileOf = (id) => tiles().find((tile) => idOf(tile) === id);
  desk.current = () => tileOf(current);
  /* Where there is no room beside it, the panel lies over the cards: they are out of reach then. */
  const covers = () => !!desk.board()?.dataset.item && !!desk.panel() && getComputedStyle(desk.panel()).position === "absolute";
  const select = (tile) => {
    if (!tile) return false;
    current = idOf(tile);
    // Tab goes from column to column; in each, one card has its place in the order.
    for (const each of tiles(tile.closest(".lane"))) each.tabIndex = each === tile ? 0 : -1;
    if (!covers()) tile.focus({ preventScroll: true });
    tile.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  };
  /** Give the focus back to the card that had it; where it is gone, to the first. */
  let wantsCard = false;
  desk.focusCurrent = () => {
    wantsCard = covers();
    return select(desk.current() ?? tiles()[0]);
  };
  /* A card that is drawn anew in another column takes the focus along. */
  let held = false;
  addEventListener("focusin", ({ target }) => {
    const tile = target.closest?.(".tile:not(.ghost)");
    held = !!tile;
    if (tile && !tile.hasAttribute("data-leaving")) current = idOf(tile);
  });
  addEventListener("pointerdown", ({ target }) => (held = !!target.closest?.(".tile")), true);
  const keepFocus = () => {
    const over = covers(), ground = find(".ground");
    if (ground && ground.inert !== over) ground.inert = over;
    if (over && wantsPanel) desk.panel().focus();
    if (over && wantsPanel) wantsPanel = false;
    if (over || (document.activeElement && document.activeElement !== document.body)) return;
    if (held || wantsCard) desk.focusCurrent();
    wantsCard = false;
  };
  let wantsPanel = false;
  let opening;
  /** Go to the next card in its column, or to the column beside it. */
  desk.step = (sideways, down) => go(desk.current(), sideways, down);
  /** Go to the first ticket that a search has found; those who wait for a person come before it. */
  desk.found = () => go(null, 0, 0, tiles().find(({ dataset }) => dataset.ticketId));
  const go = (now, sideways, down, next = tiles()[0]) => {
    if (now && sideways) {
      const lanes = all(".lane").filter((lane) => tiles(lane).length);
      const lane = now.closest(".lane"), other = tiles(lanes[lanes.indexOf(lane) + sideways] ?? lane);
      next = other[Math.min(tiles(lane).indexOf(now), other.length - 1)];
    } else if (now) {
      const column = tiles(now.closest(".lane"));
      next = column[column.indexOf(now) + down] ?? now;
    }
    const found = select(next);
    if (found && desk.panel()) {
      clearTimeout(opening);
      opening = setTimeout(() => desk.open(current), 140);
    }
    return found;
  };
  desk.openTile = (tile) => {
    select(tile);
    desk.open(idOf(tile));
    return true;
  };
  desk.openThen = (selector) => {
    if (!desk.current()) return false;
    desk.openTile(desk.current());
    wanted = selector;
    return true;
  };
  let wanted = "", scrolledTo = "";
  desk.opened = (id) => {
    all(".tile[data-open]").forEach((tile) => tile.removeAttribute("data-open"));
    const tile = id && tileOf(id);
    if (tile) {
      current = id;
      tile.scrollIntoView({ block: "nearest", inline: "center" });
    }
    scrolledTo = "";
    const field = wanted && find(wanted);
    wanted = "";
    if (field) field.focus();
    else wantsPanel = !!id && !desk.panel().contains(document.activeElement);
    wantsCard = !id && (held || wantsCard);
  };

  /* A move is shown at once, and taken back if it is refused */
  const legal = (from, to) => find(`.lane[data-status="${to}"]`)?.dataset.accepts.split(" ").includes(from);
  const move = (tile, to) => {
    const from = tile.dataset.status, id = tile.dataset.ticketId;
    if (from === to || !legal(from, to)) return;
    const ghost = tile.cloneNode(true);
    ghost.classList.add("ghost");
    ghost.removeAttribute("data-testid");
    ghost.removeAttribute("data-dragging");
    find(`.lane[data-status="${to}"] .landing`).append(ghost);
    tile.dataset.leaving = "";
    const settled = () => {
      ghost.remove();
      all(`.tile[data-ticket-id="${id}"]`).forEach((each) => each.removeAttribute("data-leaving"));
    };
    const arrived = setInterval(() => {
      if (!find(`.lane[data-status="${to}"] > ol:not(.landing) [data-ticket-id="${id}"]`) && tile.isConnected) return;
      clearInterval(arrived);
      settled();
    }, 30);
    desk.act(id, "move", to).then(() => {
      clearInterval(arrived);
      settled();
    });
  };

  /* Drag */
  let dragged;
  addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".tile[data-ticket-id]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.ticketId);
    dragged.dataset.dragging = "";
    for (const lane of all(".lane[data-accepts]"))
      lane.dataset.drop = lane.dataset.status === dragged.dataset.status ? "home" : legal(dragged.dataset.status, lane.dataset.status) ? "yes" : "no";
  });
  addEventListener("dragover", (event) => {
    const lane = dragged && event.target.closest?.(".lane[data-accepts]");
    all(".lane[data-over]").forEach((each) => each !== lane && each.removeAttribute("data-over"));
    if (lane?.dataset.drop !== "yes") return;
    event.preventDefault();
    lane.dataset.over = "";
  });
  addEventListener("drop", (event) => {
    const lane = dragged && event.target.closest?.(".lane[data-accepts]");
    if (!lane) return;
    event.preventDefault();
    move(dragged, lane.dataset.status);
  });
  addEventListener("dragend", () => {
    dragged?.removeAttribute("data-dragging");
    dragged = null;
    all(".lane").forEach((lane) => (lane.removeAttribute("data-drop"), lane.removeAttribute("data-over")));
  });

  /* The menu of a card */
  let about;
  const menu = () => find("#menu");
  const entries = () => all("[role=menuitem]", menu()).filter((entry) => !entry.disabled);
  desk.openMenu = (tile = desk.current(), anchor = tile) => {
    if (!tile?.dataset.ticketId) return false;
    about = tile;
    current = idOf(tile);
    const list = menu(), box = anchor.getBoundingClientRect();
    for (const entry of all("[data-entry=move]", list)) entry.disabled = !legal(tile.dataset.status, entry.dataset.value);
    list.hidden = false;
    list.style.left = `${Math.max(8, Math.min(box.right - list.offsetWidth, innerWidth - list.offsetWidth - 8))}px`;
    list.style.top = `${Math.max(8, Math.min(box.top + 28, innerHeight - list.offsetHeight - 8))}px`;
    entries()[0]?.focus();
    return true;
  };
  desk.closeMenu = () => {
    if (!menu() || menu().hidden) return false;
    menu().hidden = true;
    select(about?.isConnected ? about : desk.current());
    return true;
  };
  addEventListener("keydown", (event) => {
    if (!event.target.closest?.("#menu")) return;
    const list = entries(), place = list.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, Tab: event.shiftKey ? -1 : 1 }[event.key];
    const next = { Home: 0, End: list.length - 1 }[event.key] ?? (step && (place + step + list.length) % list.length);
    if (next === undefined) return;
    event.preventDefault();
    list[next].focus();
  });
  addEventListener("click", (event) => {
    if (menu() && !menu().hidden && !event.target.closest("#menu, [data-do=menu]")) desk.closeMenu();
    const entry = event.target.closest("[data-entry]");
    if (entry) {
      const tile = about;
      desk.closeMenu();
      if (entry.dataset.entry === "move") move(tile, entry.dataset.value);
      else desk.act(tile.dataset.ticketId, entry.dataset.entry, entry.dataset.value);
      return;
    }
    const tile = event.target.closest(".tile:not(.ghost)");
    if (!tile || event.target.closest("[data-do]")) return;
    const link = event.target.closest("a"), further = event.metaKey || event.ctrlKey || event.shiftKey;
    if (link && further) return;
    if (link) event.preventDefault();
    if (further) desk.pick(tile);
    else desk.openTile(tile);
  });
  desk.assignToMe = () => {
    const id = desk.panel()?.dataset.kind === "ticket" ? desk.panel().dataset.item : desk.current()?.dataset.ticketId;
    if (id) desk.act(id, "assign", "me");
    return !!id;
  };

  /* The selection: tickets and their versions as they were last seen. Another view begins without one. */
  const picked = (desk.picked = new Map());
  desk.pick = (tile) => {
    const { ticketId: id, version } = tile.dataset;
    if (!id) return false;
    picked.delete(id) || picked.set(id, version);
    drawPicks();
    desk.say?.(`${picked.has(id) ? "Selected" : "Not selected"}. ${picked.size} selected`);
    return true;
  };
  desk.clearPicks = () => {
    const inside = find("#bulk")?.contains(document.activeElement);
    picked.clear();
    drawPicks();
    if (inside) desk.focusCurrent();
  };
  /* What is beyond a column's window or has left the view stays selected, and is counted. */
  const drawPicks = () => {
    let shown = 0;
    for (const tile of all(".tile[data-ticket-id]:not(.ghost)")) {
      const { ticketId: id, version } = tile.dataset, chosen = picked.has(id), box = find(".pick", tile);
      if (chosen) picked.set(id, version), shown++;
      if (tile.hasAttribute("data-picked") !== chosen) tile.toggleAttribute("data-picked", chosen);
      if (box && box.checked !== chosen) box.checked = chosen;
    }
    const bar = find("#bulk"), away = picked.size - shown;
    if (!bar) return;
    bar.hidden = !picked.size;
    say(find("#bulk-count"), `${picked.size} selected${away ? `, ${away} not shown` : ""}`);
  };
  /** Do it to everything that is selected; what could not be done stays so. */
  const actOnPicks = async (name, ...args) => {
    drawPicks();
    const asked = [...picked], key = desk.newKey();
    await desk.askAs(key, name, asked.map((each) => each.join(":")).join(" "), ...args);
    const told = find(`.toast[data-key="${key}"]`);
    if (!told) return;
    const left = told.dataset.left.split(" ");
    for (const [id] of asked) if (!left.includes(id)) picked.delete(id);
    picked.size ? drawPicks() : desk.clearPicks();
  };
  addEventListener("change", ({ target }) => {
    if (target.dataset.bulk !== "assign" || target.value === "-") return;
    actOnPicks("bulk_assign", target.value);
    target.value = "-";
  });
  Object.assign(desk.doing, {
    pick: (box) => desk.pick(box.closest(".tile")),
    menu: (button) => desk.openMenu(button.closest(".tile"), button),
    bulk_close: () => actOnPicks("bulk_close"),
    clear_picks: () => desk.clearPicks(),
  });

  /* Short words */
  let fading;
  desk.flash = (element) => {
    all(".toast[data-show]").forEach((each) => each.removeAttribute("data-show"));
    const inPanel = desk.panel()?.dataset.item === element.dataset.ref && find(".conflict");
    if (!find("span", element).textContent || (inPanel && element.dataset.tone === "error" && find("li", element))) return;
    element.dataset.show = "";
    desk.say?.(all("span, li", element).map((each) => each.textContent).join(" "));
    clearTimeout(fading);
    fading = setTimeout(() => element.removeAttribute("data-show"), element.dataset.tone === "error" ? 7000 : 3000);
  };
  /* After each change of the page */
  const follow = () => {
    const list = find(".transcript");
    if (!list) return;
    const newest = all("[data-message-id]", list).pop()?.dataset.messageId ?? "";
    if (newest === scrolledTo) return;
    const last = all("[data-role=customer] .bubble", list).pop();
    if (scrolledTo && last?.closest("[data-message-id]").dataset.messageId === newest) desk.say?.(`The customer writes: ${last.textContent}`);
    const near = !scrolledTo || desk.stick || list.scrollHeight - list.scrollTop - list.clientHeight < 400;
    scrolledTo = newest;
    desk.stick = false;
    if (near) list.scrollTop = list.scrollHeight;
  };
  let typingTick, typingEnds;
  const typing = () => {
    const line = find(".typing");
    if (!line || line.dataset.tick === typingTick) return;
    typingTick = line.dataset.tick;
    line.hidden = false;
    clearTimeout(typingEnds);
    typingEnds = setTimeout(() => (line.hidden = true), 6500);
  };
  /* A column that shows less than a window is filled as its end comes into view; on from there it is the agent who moves it. */
  desk.isWhole = (lane) => tiles(lane).length >= 40;
  const edges = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting && !desk.isWhole(target.closest(".lane"))) target.click();
  });
  let drawn = false;
  desk.refresh = () => {
    if (drawn) return;
    drawn = true;
    requestAnimationFrame(() => {
      drawn = false;
      tell();
      keepFocus();
      desk.watch?.();
      follow();
      typing();
      const open = desk.board()?.dataset.item;
      for (const tile of tiles()) {
        const isOpen = !!open && idOf(tile) === open;
        if (tile.hasAttribute("data-open") === isOpen) continue;
        tile.toggleAttribute("data-open", isOpen);
        if (isOpen) tile.scrollIntoView({ block: "nearest", inline: "nearest" });
      }
      if (picked.size) drawPicks();
      // What scrolls is reached by keyboard, also where nothing in it is.
      const ground = find(".ground"), inside = ground && all("[tabindex='0'], button, a:not([tabindex])", ground).some((node) => node.checkVisibility());
      if (ground) ground.tabIndex = !inside && ground.scrollWidth > ground.clientWidth ? 0 : -1;
      for (const lane of all(".lane")) {
        const column = tiles(lane);
        if (column.length && column.every((tile) => tile.tabIndex)) column[0].tabIndex = 0;
      }
      all(".edge [data-do=more]:not([data-watched])").forEach((button) => {
        button.dataset.watched = "";
        edges.observe(button);
      });
    });
  };
  desk.changed([]);
})();
