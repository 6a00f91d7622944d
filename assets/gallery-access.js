/* What a story is to people who don't see it: axe's findings, and the tree of names and roles. axe
   runs in the story's own page, so that it measures what is drawn there. */
(() => {
  const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const loaded = async (view) =>
    view.axe ??
    new Promise((done, failed) => {
      const script = view.document.createElement("script");
      Object.assign(script, { src: "/axe.min.js", onload: () => done(view.axe), onerror: failed });
      view.document.head.append(script);
    });

  /* Names and roles, as axe computes them by the specifications */
  const STATES = ["expanded", "pressed", "selected", "checked", "current", "busy", "invalid", "disabled", "live", "modal"];
  const stateOf = (element) => {
    const states = STATES.flatMap((name) => {
      const value = element.getAttribute(`aria-${name}`);
      return value && value !== "false" ? [value === "true" ? name : `${name} ${value}`] : [];
    });
    if (element.disabled) states.push("disabled");
    if (element.checked) states.push("checked");
    if (element.required) states.push("required");
    return states;
  };
  const SILENT = /^(none|presentation|generic)?$/;
  const BY_CONTENT = /^(button|link|heading|option|radio|checkbox|switch|tab|menuitem|cell|columnheader)$/;
  const NAMED = "[aria-label], [aria-labelledby], [title], [placeholder], input, select, textarea, img, fieldset, table, figure";
  /** Words of an element, parted where they stand in boxes of their own. */
  const words = (axe, element) =>
    [...element.childNodes]
      .map((child) => {
        if (child.nodeType === Node.TEXT_NODE) return child.data;
        if (child.nodeType !== Node.ELEMENT_NODE || !axe.commons.dom.isVisibleToScreenReaders(child)) return "";
        const text = child.getAttribute("aria-label") ?? child.getAttribute("alt") ?? words(axe, child);
        return getComputedStyle(child).display === "inline" ? text : ` ${text} `;
      })
      .join("");
  const nameOf = (axe, element, role) => {
    if (element.matches(NAMED)) return axe.commons.text.accessibleText(element);
    return BY_CONTENT.test(role) ? words(axe, element) : "";
  };
  const nodeOf = (axe, element) => {
    const role = axe.commons.aria.getRole(element) ?? "";
    const level = /^H([1-6])$/.exec(element.tagName)?.[1];
    const name = SILENT.test(role) ? "" : nameOf(axe, element, role).replace(/\s+/g, " ").trim();
    return { role: level ? `heading ${level}` : role, name, states: stateOf(element) };
  };
  const walk = (axe, element) => {
    if (!axe.commons.dom.isVisibleToScreenReaders(element)) return [];
    const node = nodeOf(axe, element);
    const below = node.name && BY_CONTENT.test(node.role.split(" ")[0]) ? [] : [...element.childNodes].flatMap((child) => inside(axe, child));
    return SILENT.test(node.role) ? below : [{ ...node, below }];
  };
  const inside = (axe, child) => {
    if (child.nodeType === Node.ELEMENT_NODE) return walk(axe, child);
    const text = child.nodeType === Node.TEXT_NODE ? child.data.trim() : "";
    return text ? [{ role: "text", name: text, states: [], below: [] }] : [];
  };

  const inspect = async (view) => {
    const axe = await loaded(view);
    const root = view.document.querySelector("[data-testid=story]");
    const { violations, passes, incomplete } = await axe.run(root, { runOnly: TAGS, rules: { "target-size": { enabled: true } } });
    axe.setup(view.document);
    const tree = walk(axe, root);
    axe.teardown();
    return { violations, tree, passes: passes.length, incomplete };
  };

  /* In the panel */
  const made = (tag, text, ...children) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    element.append(...children);
    return element;
  };
  const finding = ({ impact, help, nodes }) => {
    const row = made("li", "", made("b", impact ?? "minor"), made("span", help));
    row.append(...nodes.slice(0, 5).map(({ html }) => made("code", html.slice(0, 160))));
    return row;
  };
  const branch = ({ role, name, states, below }) => {
    const row = made("li", "", made("b", role));
    if (name) row.append(made("span", name));
    if (states.length) row.append(made("small", states.join(", ")));
    if (below.length) row.append(made("ul", "", ...below.map(branch)));
    return row;
  };
  const show = ({ violations, tree, passes, incomplete }) => {
    const words = violations.length ? `${violations.length} of ${violations.length + passes} rules are broken.` : `Nothing found; ${passes} rules hold.`;
    const unsure = incomplete.length ? ` To be looked at by eye: ${incomplete.map(({ id }) => id).join(", ")}.` : "";
    const box = document.querySelector("#gallery-violations");
    box.dataset.found = violations.length;
    box.replaceChildren(made("p", words + unsure), made("ul", "", ...violations.map(finding)));
    document.querySelector("#gallery-tree").replaceChildren(...tree.map(branch));
    return violations.length;
  };
  window.galleryAccess = { inspect, show };
})();
