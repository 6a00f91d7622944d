/** The calls Reflex makes for cookie vars: values are URI encoded strings. */
export default class Cookies {
  get(name) {
    const prefix = `${encodeURIComponent(name)}=`;
    const pair = document.cookie.split("; ").find((item) => item.startsWith(prefix));
    return pair === undefined ? undefined : decodeURIComponent(pair.slice(prefix.length));
  }

  set(name, value, { path = "/", domain, maxAge, expires, secure, sameSite } = {}) {
    const parts = [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`, `Path=${path}`];
    if (domain) parts.push(`Domain=${domain}`);
    if (maxAge !== undefined) parts.push(`Max-Age=${maxAge}`);
    if (expires) parts.push(`Expires=${expires.toUTCString()}`);
    if (secure) parts.push("Secure");
    if (sameSite) parts.push(`SameSite=${sameSite}`);
    document.cookie = parts.join("; ");
  }

  remove(name, options = {}) {
    this.set(name, "", { ...options, maxAge: 0 });
  }
}
