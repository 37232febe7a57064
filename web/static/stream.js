// What is said later: by a stream that is watched, or by asking again where none gets through (docs/api.md).
"use strict";
const mimiStream = (() => {
  const FIRST = 6000; // nothing by then: something on the way holds streams back
  const SECOND = 8000; // no heartbeat by then: it gathers more
  const SILENT = 40000; // it is dead
  const AWAY = 3000; // hidden for longer, a phone may have closed the connection
  const POLL = [2000, 3000, 5000, 8000, 10000];
  const EVENTS = "text/event-stream";

  const sleep = (ms, signal) => new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => { clearTimeout(timer); resolve(); });
  });
  const pause = (tries) => Math.min(30000, 1000 * 2 ** tries) * (0.7 + Math.random() * 0.6);

  // Aborts with `outer`, or when `alive` is not called in time; `held`: hardly anything got through.
  function watchdog(outer, first = FIRST) {
    const own = new AbortController(), abort = () => own.abort();
    const dog = { signal: own.signal, abort, silent: false, held: true };
    const bark = () => { dog.silent = true; abort(); };
    let heard = 0, timer = setTimeout(bark, first);
    if (outer.aborted) abort();
    outer.addEventListener("abort", abort);
    dog.alive = () => {
      dog.held = ++heard < 2;
      clearTimeout(timer);
      timer = setTimeout(bark, dog.held ? SECOND : SILENT);
    };
    dog.stop = () => { clearTimeout(timer); outer.removeEventListener("abort", abort); };
    return dog;
  }

  // A response's events; each piece, a heartbeat too, calls `alive`.
  async function* read(response, alive) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      alive();
      const text = rest + value, cut = text.endsWith("\r") ? "\r" : ""; // half a line end
      const frames = text.slice(0, text.length - cut.length).replaceAll("\r\n", "\n").split("\n\n");
      rest = frames.pop() + cut;
      for (const frame of frames) {
        const event = {};
        for (const line of frame.split("\n")) {
          const at = line.indexOf(": ");
          if (at > 0) event[line.slice(0, at)] = line.slice(at + 2);
        }
        if (event.data) yield { id: event.id, name: event.event, data: JSON.parse(event.data) };
      }
    }
  }

  // Somebody between wants no streams; we refuse in JSON.
  const forbidden = (response) => response.status < 500 && !response.headers.get("Content-Type")?.includes("json");

  // `get` asks the server, `hear` shows an event, `gone`: the conversation is deleted, `back`: the server answers.
  function follower({ get, hear, gone, back }) {
    let last = "", running = null, connection = null, held = false, hiddenAt = 0;

    async function stream(signal) {
      const dog = connection = watchdog(signal);
      try {
        const response = await get(EVENTS, last, dog.signal);
        if (response.status === 404) return "gone";
        if (!response.ok) { held = forbidden(response); return "refused"; }
        back();
        for await (const event of read(response, dog.alive)) {
          if (signal.aborted) return;
          hear(event);
          last = event.id || last;
        }
        return "ended";
      } catch {
        if (!dog.signal.aborted) return "cut";
        held = dog.silent && dog.held;
        return "again";
      } finally {
        dog.stop();
      }
    }

    async function poll(signal) {
      const dog = connection = watchdog(signal);
      const response = await get("application/json", last, dog.signal);
      if (response.status === 404) return "gone";
      if (!response.ok) return "refused";
      const told = await response.json();
      dog.stop();
      if (signal.aborted) return;
      back();
      for (const { id, event, data } of told.events) hear({ id, name: event, data });
      last = told.last_event || last;
      return told.events.length ? "news" : "nothing";
    }

    async function run(signal) {
      for (let tries = 0, quiet = 0, polls = 0; !signal.aborted;) {
        let how;
        if (held && ++polls % 100 === 0) held = false; // try again now and then
        if (held) {
          how = await poll(signal).catch(() => "cut");
          quiet = how === "nothing" ? Math.min(quiet + 1, POLL.length - 1) : 0;
        } else how = await stream(signal);
        if (how === "gone") return gone();
        if (signal.aborted) return;
        tries = how === "cut" || how === "refused" ? tries + 1 : 0;
        if (tries || how === "ended") await nap(pause(Math.max(tries - 1, 0)), signal);
        else if (held) await nap(POLL[quiet], signal);
        if (document.hidden) await seen(signal);
      }
    }

    let wake = () => {};
    const nap = (ms, signal) => Promise.race([sleep(ms, signal), new Promise((go) => { wake = go; })]);
    const seen = (signal) => new Promise((done) => {
      document.addEventListener("visibilitychange", done, { once: true });
      signal.addEventListener("abort", done, { once: true });
    });

    // It may be dead without a word.
    function refresh() {
      if (!running) return;
      connection?.abort();
      wake();
    }
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) hiddenAt = Date.now();
      else if (Date.now() - hiddenAt > AWAY) refresh();
    });
    addEventListener("online", () => { held = false; refresh(); });
    addEventListener("pageshow", (event) => { if (event.persisted) refresh(); });

    return {
      start(from) {
        this.stop();
        last = from ?? last;
        running = new AbortController();
        run(running.signal);
      },
      stop({ forget = false } = {}) {
        running?.abort();
        running = null;
        if (forget) last = "";
      },
      get held() { return held; },
      hold() { held = true; },
    };
  }

  return { EVENTS, follower, forbidden, pause, read, sleep, watchdog };
})();
