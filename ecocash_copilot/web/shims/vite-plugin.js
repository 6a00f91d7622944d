// Swaps the libraries of the browser bundle for the small modules beside this file. The
// server bundle, which prerenders the pages, keeps React itself: both emit the same markup.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import pageState from "./page-state.js";

const local = (name) => fileURLToPath(new URL(name, import.meta.url));
const installed = (name) => fileURLToPath(import.meta.resolve(name));

const WEB_DIR = local("../");

const BY_NAME = new Map([
  ["react", installed("preact/compat")],
  ["react-router", local("./router.js")],
  ["@emotion/react", local("./jsx.js")],
  ["socket.io-client", local("./socket.js")],
  ["universal-cookie", local("./cookies.js")],
  ["mergician", local("./merge.js")],
]);
const BY_PATH = [
  [/\/utils\/react-theme(\.js)?$/, local("./theme.js")],
  [/\/utils\/helpers\/upload(\.js)?$/, local("./upload.js")],
];
const REFLEX_VERSION = "\0lean:reflex-version";
const ENTRY = "/app/entry.client.js";
const ROUTE = /\/app\/routes\/([^/]+)\.jsx$/;
const EMOTION_PROP = /[{,]\s*"?css"?\s*:\s*\(/;

const RUNTIME = /^(node_modules\/preact\/|utils\/(?!components\/)|lean\/|app\/(root|_document|entry\.client)\.|env\.json)/;

const cleanId = (id) => id.split("?")[0];

/** Whether a module belongs to the one chunk that every page loads. */
export const isRuntime = (id) => {
  const path = cleanId(id);
  return path.startsWith(WEB_DIR) ? RUNTIME.test(path.slice(WEB_DIR.length)) : path.startsWith("\0");
};

/** The files the browser loads to run this chunk: itself and what it imports statically. */
const closure = (bundle, fileName, seen = new Set()) => {
  if (!seen.has(fileName)) {
    seen.add(fileName);
    for (const name of bundle[fileName].imports) closure(bundle, name, seen);
  }
  return [...seen];
};

/** Every npm module in the bundle that is neither Preact nor part of the bundler. */
const strangers = (chunks) =>
  chunks
    .flatMap((chunk) => Object.entries(chunk.modules))
    .filter(([id, module]) => module.renderedLength > 0 && id.includes("/node_modules/"))
    .map(([id]) => id.split("/node_modules/").pop())
    .filter((id) => !/^(preact|vite|rolldown|@rolldown)\//.test(id) && !id.startsWith("@oxc-project/runtime/"));

export default function leanFrontend({ allow = [], apart = {} } = {}) {
  return [pageState(apart), swaps(allow)];
}

function swaps(allow) {
  return {
    name: "lean-frontend",
    enforce: "pre",
    apply: "build",
    applyToEnvironment: (environment) => environment.name === "client",

    resolveId(source) {
      const known = BY_NAME.get(source);
      if (known) return known;
      // It holds the time of the last start: bundled whole, every build would get a new hash.
      if (source.endsWith("/reflex.json")) return REFLEX_VERSION;
      return BY_PATH.find(([pattern]) => pattern.test(source))?.[1] ?? null;
    },

    async load(id) {
      if (id !== REFLEX_VERSION) return null;
      const { version } = JSON.parse(await readFile(local("../reflex.json"), "utf8"));
      return `export default ${JSON.stringify({ version })};`;
    },

    transform(code, id) {
      if (/\/(app|app_components|utils\/components)\/.*\.jsx$/.test(cleanId(id)) && EMOTION_PROP.test(code)) {
        this.error(
          `${cleanId(id)} uses style props, which need Emotion; use class_name and a stylesheet instead.`,
        );
      }
      return null;
    },

    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
      const unexpected = strangers(chunks).filter((id) => !allow.some((name) => id.startsWith(`${name}/`)));
      if (unexpected.length > 0) {
        this.error(
          `The browser bundle holds packages nobody allowed: ${[...new Set(unexpected)].join(", ")}. ` +
            "Replace the component that brings them, or allow the package in rxconfig.py.",
        );
      }
      const holder = (test) => chunks.find((chunk) => chunk.moduleIds.some((id) => test(id)));
      const entry = holder((id) => id.endsWith(ENTRY));
      if (!entry) this.error("The client entry is missing from the browser bundle.");
      const routes = {};
      for (const chunk of chunks) {
        for (const id of chunk.moduleIds) {
          const name = ROUTE.exec(id)?.[1];
          if (name) routes[name] = closure(bundle, chunk.fileName);
        }
      }
      this.emitFile({
        type: "asset",
        fileName: "lean.json",
        source: JSON.stringify({ entry: closure(bundle, entry.fileName), routes }),
      });
    },
  };
}
