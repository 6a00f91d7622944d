// Keeps what only some pages show out of the chunk that every page loads: the first values of
// their states travel with the page's own code, which is there before anything is drawn.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const CONTEXT = fileURLToPath(new URL("../utils/context.jsx", import.meta.url));
const INITIAL = /^export const initialState = (\{.*\})$/m;
const ROUTE = /\/app\/routes\/([^/]+)\.jsx$/;
const MODULE = "/@page-state/";

/** The first values of the states of these modules, by the states' names. */
const statesOf = (initial, modules) =>
  Object.fromEntries(
    Object.entries(initial).filter(([name]) => modules.some((each) => name.includes(`___state___${each}____`))),
  );

/** @param {Record<string, string[]>} apart Beginning of a page's route to the modules of its states. */
export default function pageState(apart) {
  const modules = Object.values(apart).flat();
  const initialState = (code, error) => {
    const found = INITIAL.exec(code);
    if (!found) error("utils/context.jsx does not export its initial state as expected.");
    return JSON.parse(found[1]);
  };
  return {
    name: "lean-page-state",
    enforce: "pre",
    apply: "build",
    applyToEnvironment: (environment) => environment.name === "client",

    resolveId: (source) => (source.startsWith(MODULE) ? source : null),

    async load(id) {
      if (!id.startsWith(MODULE)) return null;
      const initial = initialState(await readFile(CONTEXT, "utf8"), (text) => this.error(text));
      const values = JSON.stringify(statesOf(initial, apart[id.slice(MODULE.length)]));
      return (
        'import { initialState } from "$/utils/context";\n' +
        `for (const [name, first] of Object.entries(${values})) Object.assign(initialState[name], first);`
      );
    },

    transform(code, id) {
      if (id === CONTEXT) {
        const initial = initialState(code, (text) => this.error(text));
        // Their names stay, so that a page takes what the server says of them without a word.
        for (const name of Object.keys(statesOf(initial, modules))) initial[name] = {};
        return code.replace(INITIAL, () => `export const initialState = ${JSON.stringify(initial)}`);
      }
      const page = Object.keys(apart).find((each) => ROUTE.exec(id)?.[1].startsWith(`[${each}]`));
      return page ? `import "${MODULE}${page}";\n${code}` : null;
    },
  };
}
