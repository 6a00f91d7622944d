/* What the board says aloud, for who does not see it. */
(() => {
  const desk = ((window.ecocash ??= {}).desk ??= {});
  const { find, all } = desk;
  const MINUTE = 60_000;

  /* Said aloud: one thing at a time, and of what happens all over the board only the sum */
  let saying, unsaid = [];
  const speak = () => {
    const place = find(".announce");
    if (place) place.textContent = unsaid.splice(0).join(". ");
    saying = setTimeout(() => {
      saying = 0;
      if (unsaid.length) speak();
    }, 1500);
  };
  desk.say = (text) => {
    if (unsaid.at(-1) !== text) unsaid.push(text);
    if (!saying) {
      // What is said twice is heard twice only where there was nothing in between.
      const place = find(".announce");
      if (place) place.textContent = "";
      saying = setTimeout(speak, 50);
    }
  };
  const known = new Map(), news = { new: [], moved: [], calls: [] };
  let telling, seenWaiting = null;
  const words = (tile) => `${tile.dataset.ticketId}, ${find(".about", tile).textContent}`;
  const tellNews = () => {
    telling = 0;
    const [ticket, ...more] = news.new.splice(0), [moved, ...others] = news.moved.splice(0), [call, ...calls] = news.calls.splice(0);
    if (ticket) desk.say(more.length ? `${more.length + 1} new tickets` : `New ticket ${ticket}`);
    if (moved) desk.say(others.length ? `${others.length + 1} tickets moved` : moved);
    if (call) desk.say(calls.length ? `${calls.length + 1} customers want a person` : `${call} wants a person`);
  };
  /* A card is news where it was opened just now, or was seen in another column; paging is none. */
  desk.watch = () => {
    if (desk.board()?.dataset.boardState !== "ready") return;
    const first = !known.size, now = Date.now();
    for (const tile of all(".tile[data-ticket-id]:not(.ghost):not([data-leaving])")) {
      const { ticketId, status } = tile.dataset;
      if (known.get(ticketId) === status) continue;
      const created = +find(".age", tile)?.dataset.at;
      if (known.has(ticketId)) news.moved.push(`${ticketId} moved to ${find("h2", tile.closest(".lane")).textContent}`);
      else if (!first && status === "new" && now - created < 2 * MINUTE) news.new.push(words(tile));
      known.set(ticketId, status);
    }
    const waiting = new Set(all("[data-handover-id].tile").map((tile) => tile.dataset.handoverId));
    for (const tile of seenWaiting ? all("[data-handover-id].tile") : [])
      if (!seenWaiting.has(tile.dataset.handoverId)) news.calls.push(find(".about", tile).textContent);
    seenWaiting = waiting;
    if (Object.values(news).some((each) => each.length)) telling ||= setTimeout(tellNews, 2000);
  };
})();
