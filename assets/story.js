/* One story alone: theme and ground from its address, the product's own scripts, a record of what
   was done, and a mark when it stands still. Framed by the workbench, it tells it both. */
(() => {
  const gallery = (window.gallery = { actions: [] });
  const root = document.querySelector("[data-testid=story]");
  const query = new URLSearchParams(location.search);
  const theme = query.get("theme");
  if (/^(light|dark)$/.test(theme)) document.documentElement.dataset.theme = theme;

  /* The workbench, if this is in its frame */
  const bench = parent === window ? null : parent;
  const tell = (message) => bench?.postMessage({ gallery: message }, location.origin);
  let edited = "";
  gallery.takeEdited = () => edited;
  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== location.origin || source !== bench || !data?.gallery) return;
    if (typeof data.gallery.payload !== "string") return;
    edited = data.gallery.payload;
    document.getElementById("story-edited").click();
  });

  /* What was done: buttons call these where the product would call the server */
  gallery.log = (name, args = []) => {
    const plain = [...args].filter((each) => /^(string|number|boolean)$/.test(typeof each));
    gallery.actions.push({ name, args: plain });
    tell({ type: "action", name, args: plain });
  };
  const recorder = new Proxy({}, { get: (_, name) => (...args) => gallery.log(name, args) });
  window.ecocash = { actions: recorder, board: recorder };
  history.pushState = (_state, _title, url) => gallery.log("open_address", [String(url)]);
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.getAttribute("href").startsWith("#") || link.closest(".no-story")) return;
    if (!event.defaultPrevented) gallery.log("open_link", [link.getAttribute("href")]);
    event.preventDefault();
  });
  addEventListener("submit", (event) => event.preventDefault());

  /* The ground: what the product loads for this component, sheets before scripts */
  const files = JSON.parse(root.dataset.grounds)[location.pathname.split("/")[2]] ?? [];
  const load = (path) =>
    new Promise((done) => {
      const script = path.endsWith(".js");
      const element = document.createElement(script ? "script" : "link");
      Object.assign(element, script ? { src: path, async: false } : { rel: "stylesheet", href: path });
      element.onload = element.onerror = done;
      document.head.append(element);
    });
  const begin = async () => {
    await Promise.all(files.filter((path) => path.endsWith(".css")).map(load));
    await Promise.all(files.filter((path) => path.endsWith(".js")).map(load));
  };
  const ground = begin();

  /* Ready: drawn, its sheets and fonts there, and two frames later */
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const settle = async () => {
    const { status, drawing, asked } = root.dataset;
    root.dataset.gallery = "loading";
    // A tab that comes from another story, or from an edited one, still shows that.
    if (root.dataset.edited === "true" && !edited) return;
    if (status === "loading" || asked !== `${location.pathname},${query.get("lang") ?? ""}`) return;
    await ground;
    await document.fonts.ready;
    await frame();
    await frame();
    if (root.dataset.drawing !== drawing) return;
    root.dataset.gallery = status === "drawn" ? "ready" : status;
    document.documentElement.lang = root.lang;
    tell({ type: "settled", status: root.dataset.gallery, height: height() });
  };
  const height = () => Math.ceil(root.firstElementChild?.getBoundingClientRect().height ?? 0);
  new ResizeObserver(() => tell({ type: "height", height: height() })).observe(root);
  new MutationObserver(settle).observe(root, { attributeFilter: ["data-drawing", "data-asked", "data-edited"] });
  settle();
})();
