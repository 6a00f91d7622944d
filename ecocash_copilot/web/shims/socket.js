// Socket.IO 5 over Engine.IO 4, websocket only and text only: all that Reflex's runtime needs.
// Every connection first waits for window.__ecocashReady, a promise the page may set, so that
// the session cookie of a sign-in under way travels with the websocket handshake. The window
// event "ecocash:reconnect" drops the connection and opens one that carries a new cookie.
const EIO = { OPEN: "0", CLOSE: "1", PING: "2", PONG: "3", MESSAGE: "4" };
const SIO = { CONNECT: 0, DISCONNECT: 1, EVENT: 2, CONNECT_ERROR: 4 };

class Emitter {
  #handlers = new Map();

  on(name, handler) {
    const handlers = this.#handlers.get(name) ?? [];
    this.#handlers.set(name, [...handlers, handler]);
    return this;
  }

  off(name) {
    if (name === undefined) this.#handlers.clear();
    else this.#handlers.delete(name);
    return this;
  }

  fire(name, ...args) {
    for (const handler of this.#handlers.get(name) ?? []) handler(...args);
  }
}

/** One transport: opens, keeps alive and closes a websocket, and frames packets. */
class Manager {
  engine = { transport: { name: "websocket" }, _maxPayload: Infinity };
  encoder = {
    replacer: undefined,
    encode: ({ type, nsp, data }) => [
      type + (nsp === "/" ? "" : `${nsp},`) + (data === undefined ? "" : JSON.stringify(data, this.encoder.replacer)),
    ],
  };
  decoder = { tryParse: JSON.parse };
  #ws = null;
  #state = "closed";
  #waiting = [];
  #watchdog = 0;
  #attempt = 0;

  constructor(path, opts, socket) {
    this.path = path;
    this.opts = opts;
    this.socket = socket;
    for (const name of ["offline", "ecocash:reconnect"]) {
      window.addEventListener(name, () => this.close("transport close"));
    }
  }

  /** Open the transport, once; `done` gets an error or nothing. */
  async open(done = () => {}) {
    if (this.#state === "open") {
      done();
      return;
    }
    this.#waiting.push(done);
    if (this.#state === "opening") return;
    this.#state = "opening";
    const attempt = ++this.#attempt;
    try {
      await window.__ecocashReady;
    } catch {
      // A failed sign-in still connects: the server then answers as to a stranger.
    }
    if (attempt === this.#attempt && this.#state === "opening") this.#dial();
  }

  #dial() {
    const url = new URL(`${this.path}/`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.search = new URLSearchParams({ ...this.opts.query, EIO: 4, transport: "websocket" });
    const ws = new WebSocket(url, this.opts.protocols);
    this.#ws = ws;
    ws.onmessage = ({ data }) => ws === this.#ws && this.#receive(data);
    ws.onclose = () => ws === this.#ws && this.close("transport close");
  }

  #receive(frame) {
    const body = frame.slice(1);
    switch (frame[0]) {
      case EIO.OPEN: {
        const handshake = JSON.parse(body);
        this.engine._maxPayload = handshake.maxPayload;
        this.patience = handshake.pingInterval + handshake.pingTimeout;
        this.#state = "open";
        this.#settle();
        break;
      }
      case EIO.PING:
        this.#ws.send(EIO.PONG);
        break;
      case EIO.CLOSE:
        this.close("transport close");
        return;
      case EIO.MESSAGE:
        this.socket.receive(body);
    }
    clearTimeout(this.#watchdog);
    if (this.#state === "open") this.#watchdog = setTimeout(() => this.close("ping timeout"), this.patience);
  }

  #settle(error) {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done(error);
  }

  send(packet) {
    for (const frame of this.encoder.encode(packet)) this.#ws.send(EIO.MESSAGE + frame);
  }

  close(reason) {
    if (this.#state === "closed") return;
    const opened = this.#state === "open";
    this.#state = "closed";
    this.#attempt++;
    clearTimeout(this.#watchdog);
    const ws = this.#ws;
    this.#ws = null;
    ws?.close();
    if (opened) this.socket.closed(reason);
    else this.#settle(new Error("websocket error"));
  }
}

/** One namespace over its transport, with the surface of Socket.IO's client. */
class Socket extends Emitter {
  connected = false;
  auth = {};
  #wanted = false;
  #buffer = [];

  constructor(nsp, opts) {
    super();
    this.nsp = nsp;
    this.io = new Manager(opts.path, opts, this);
  }

  connect() {
    if (this.#wanted) return this;
    this.#wanted = true;
    this.io.open((error) => {
      if (!this.#wanted) return;
      if (error) {
        this.#wanted = false;
        this.fire("connect_error", error);
      } else {
        this.io.send({ type: SIO.CONNECT, nsp: this.nsp, data: this.auth });
      }
    });
    return this;
  }

  disconnect() {
    if (this.connected) this.io.send({ type: SIO.DISCONNECT, nsp: this.nsp });
    this.closed("io client disconnect", this.connected);
    this.io.close("io client disconnect");
    return this;
  }

  emit(...data) {
    if (this.connected) this.io.send({ type: SIO.EVENT, nsp: this.nsp, data });
    else this.#buffer.push(data);
    return this;
  }

  closed(reason, tell = this.#wanted) {
    this.connected = false;
    this.#wanted = false;
    if (tell) this.fire("disconnect", reason);
  }

  receive(text) {
    const type = Number(text[0]);
    const prefix = `${type}${this.nsp === "/" ? "" : this.nsp}`;
    const payload = text.slice(prefix.length).replace(/^,/, "");
    const data = payload === "" ? undefined : this.io.decoder.tryParse(payload);
    if (!text.startsWith(prefix) || data === false) {
      this.io.close("parse error");
    } else if (type === SIO.CONNECT) {
      this.connected = true;
      this.fire("connect");
      for (const event of this.#buffer.splice(0)) this.emit(...event);
    } else if (type === SIO.EVENT) {
      this.fire(...data);
    } else if (type === SIO.CONNECT_ERROR) {
      this.#wanted = false;
      this.fire("connect_error", Object.assign(new Error(data.message), { data: data.data }));
    } else if (type === SIO.DISCONNECT) {
      this.closed("io server disconnect");
      this.io.close("io server disconnect");
    }
  }
}

/** `url` names the namespace by its path, as in Socket.IO; its host is the page's own. */
export default function io(url, opts) {
  return new Socket(new URL(url).pathname, opts);
}
