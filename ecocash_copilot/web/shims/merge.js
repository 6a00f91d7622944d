const isPlain = (value) => Object.prototype.toString.call(value) === "[object Object]";

/** Merge plain objects deeply into a new one; later values win. */
export const mergician = (...sources) => {
  const merged = {};
  for (const source of sources) {
    for (const [key, value] of Object.entries(source)) {
      if (key === "__proto__") continue;
      merged[key] = isPlain(value) && isPlain(merged[key]) ? mergician(merged[key], value) : value;
    }
  }
  return merged;
};
