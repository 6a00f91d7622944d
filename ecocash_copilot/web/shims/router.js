// The part of react-router that Reflex's runtime and pages use, over the History API.
import { createContext, createElement, useContext, useEffect, useMemo, useState } from "react";
import routes from "./routes.js";

const NAVIGATE = "lean:navigate";
const RouterContext = createContext(null);

const matchers = routes.map(({ path, load }) => {
  const names = [];
  const source = path
    .split("/")
    .filter(Boolean)
    .map((part) => {
      if (part === "*") {
        names.push("*");
        return "(?:/(.*))?";
      }
      if (!part.startsWith(":")) return `/${part}`;
      names.push(part.slice(1).replace("?", ""));
      return part.endsWith("?") ? "(?:/([^/]+))?" : "/([^/]+)";
    })
    .join("");
  return { pattern: new RegExp(`^${source}/?$`), names, load };
});

const decode = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Load the page of a path. Routes are sorted by the build: the first match is the best. */
const resolve = async (pathname) => {
  for (const { pattern, names, load } of matchers) {
    const found = pattern.exec(pathname);
    if (!found) continue;
    const params = {};
    names.forEach((name, i) => {
      if (found[i + 1] !== undefined) params[name] = decode(found[i + 1]);
    });
    return { Page: (await load()).default, params };
  }
  throw new Error(`no page for ${pathname}`);
};

const currentLocation = () => ({
  pathname: location.pathname,
  search: location.search,
  hash: location.hash,
  state: history.state?.usr ?? null,
  key: history.state?.key ?? "default",
});

let current;
let lastNavigation = 0;

const show = (match) => {
  current = { ...match, location: currentLocation() };
  window.dispatchEvent(new Event(NAVIGATE));
};

/** Load the first page's code; rejects, leaving the prerendered page, when it is unreachable. */
export const openRouter = async () => {
  current = { ...(await resolve(location.pathname)), location: currentLocation() };
};

const scrollToTarget = (hash) => {
  const target = hash && document.getElementById(decode(hash.slice(1)));
  if (target) target.scrollIntoView();
  else window.scrollTo(0, 0);
};

const go = async (to, { replace = false, state = null } = {}) => {
  if (typeof to === "number") {
    history.go(to);
    return;
  }
  const url = new URL(to, location.href);
  const navigation = ++lastNavigation;
  let match;
  try {
    match = await resolve(url.pathname);
  } catch {
    // The page's code is gone (a new version was deployed) or offline: let the browser try.
    location.assign(url);
    return;
  }
  if (navigation !== lastNavigation) return;
  const entry = { usr: state, key: Math.random().toString(36).slice(2, 10) };
  history[replace ? "replaceState" : "pushState"](entry, "", url);
  show(match);
  scrollToTarget(url.hash);
};

const followHistory = async () => {
  const navigation = ++lastNavigation;
  try {
    const match = await resolve(location.pathname);
    if (navigation === lastNavigation) show(match);
  } catch {
    location.reload();
  }
};

export function Router({ children }) {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const update = () => setRoute(current);
    window.addEventListener(NAVIGATE, update);
    window.addEventListener("popstate", followHistory);
    return () => {
      window.removeEventListener(NAVIGATE, update);
      window.removeEventListener("popstate", followHistory);
    };
  }, []);
  useEffect(() => {
    // Reflex renders the title inside the page, where the browser does not look for it.
    const title = document.querySelector("#app > title");
    if (title) document.title = title.textContent;
  }, [route]);
  return createElement(RouterContext.Provider, { value: route }, children);
}

Router.Page = function Page() {
  const { Page } = useContext(RouterContext);
  return createElement(Page);
};

export const Outlet = Router.Page;
export const useLocation = () => useContext(RouterContext).location;
export const useParams = () => useContext(RouterContext).params;
export const useNavigate = () => go;

export const useSearchParams = () => {
  const { search } = useLocation();
  return useMemo(() => [new URLSearchParams(search), (next) => go(`?${new URLSearchParams(next)}`)], [search]);
};

const staysInPage = (event, { target, download }) =>
  !event.defaultPrevented &&
  event.button === 0 &&
  !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) &&
  download === undefined &&
  (!target || target === "_self");

export function Link({ to, replace, onClick, ...rest }) {
  const follow = (event) => {
    onClick?.(event);
    if (!staysInPage(event, rest) || new URL(to, location.href).origin !== location.origin) return;
    event.preventDefault();
    go(to, { replace });
  };
  return createElement("a", { ...rest, href: to, onClick: follow });
}

// The document is rendered by the server alone.
const Nothing = () => null;
export { Nothing as Links, Nothing as Meta, Nothing as Scripts, Nothing as ScrollRestoration };
// React Router's build wraps every page export with these to pass loader data, unused here.
const unwrapped = (Page) => Page;
export {
  unwrapped as UNSAFE_withComponentProps,
  unwrapped as UNSAFE_withHydrateFallbackProps,
  unwrapped as UNSAFE_withErrorBoundaryProps,
};
