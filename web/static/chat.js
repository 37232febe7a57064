// The chat of an app's page, fetched by first.js: what the form does without this file, streamed. All that is stored is the conversation's
// key, in this tab, once the visitor has written.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const chat = $("chat"), log = $("log"), form = $("ask"), field = $("text"), notice = $("notice"), tools = $("tools");
  const suggestions = $("suggestions");
  const send = form.querySelector("button");
  const { action, query, again, arrived, stopped, sure, deleted, checking, check, copied, long } = chat.dataset;
  const most = Number(chat.dataset.most);
  const STORED = "mimi:" + chat.dataset.app; // a handle may change
  const { EVENTS, forbidden, pause, read, sleep, watchdog } = mimiStream;
  const LONGEST = 75000;
  const TWICE = 500; // ms in which a second click is one of a double one
  const JUDGED = ["answered", "partly", "quoted"]; // what answers a question; "I passed it on" helps nobody yet
  const bubbles = new Map(); // message id -> its element, the characters shown so far, and whether it is complete
  const ignored = new Set(); // answers the visitor stopped
  const sent = new Set(); // ids of what was written here: another window's words come as events
  const kept = storage();
  let key = form.elements.conversation.value || kept?.getItem(STORED) || "";
  const asks = new Set(); // messages under way, each with the bubble it waits with and the answer it was promised
  let told = "", away = "", clicked = -TWICE;

  // Shut in a frame whose browser keeps nothing for other sites' pages, and null in Android's WebView by default: the key
  // is then known for as long as the page is.
  function storage() {
    try { sessionStorage.getItem(STORED); return sessionStorage; } catch { return null; }
  }

  const uuid = () => {
    if (crypto.randomUUID) return crypto.randomUUID(); // only there over HTTPS and on localhost
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    const hex = Array.from(b, (n) => n.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const call = (method, path, body, accept, signal, last) => fetch(action + path + query, {
    method, signal, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer",
    headers: {
      Accept: accept || "application/json",
      ...(body && { "Content-Type": "application/json" }),
      ...(key && { Authorization: "Bearer " + key }),
      ...(last && { "Last-Event-ID": last }),
    },
    body: body && JSON.stringify(body),
  });

  function keep(value) {
    key = value;
    for (const each of asks) each.open();
    try { if (key) kept?.setItem(STORED, key); else kept?.removeItem(STORED); } catch { /* full, or shut since */ }
    for (const hidden of document.querySelectorAll("input[name=conversation]")) hidden.value = key;
    tools.hidden = !key;
  }

  function say(text) { notice.textContent = text || ""; }

  function follow(before) { if (before) window.scrollTo({ top: document.body.scrollHeight }); }
  const atBottom = () => window.innerHeight + window.scrollY > document.body.scrollHeight - 160;

  function add(role, id, text) {
    const item = $("said-" + role).content.firstElementChild.cloneNode(true);
    log.append(item);
    const bubble = { item, words: item.querySelector(".words"), points: [], complete: role !== "mimi" };
    if (text) bubble.words.textContent = text;
    if (id) name(bubble, id);
    return bubble;
  }

  function name(bubble, id) {
    bubble.item.dataset.message = id;
    bubbles.set(id, bubble);
    const feedback = bubble.item.querySelector(".feedback");
    if (feedback) feedback.action = action + "/messages/" + id + "/feedback";
  }

  // One answer may be to several messages; it stands below the last of them.
  function answer(id, mine) {
    const known = bubbles.get(id);
    if (known) mine?.bubble?.item.replaceWith(known.item);
    else name(mine?.bubble || add("mimi"), id);
    if (mine) mine.bubble = null;
    return bubbles.get(id);
  }

  function source(bubble, { title, url }) {
    const list = bubble.item.querySelector(".sources");
    if ([...list.children].some((item) => item.textContent === title)) return;
    const item = document.createElement("li");
    const place = url ? item.appendChild(document.createElement("a")) : item;
    if (url) Object.assign(place, { href: url, target: "_blank", rel: "noopener noreferrer nofollow" });
    place.textContent = title;
    list.append(item);
    list.hidden = false;
  }

  function finish(bubble, { html, state, feedback }) {
    quiet(false); // first, so that the whole answer is read out and no part of it was
    bubble.words.innerHTML = html; // made by the server from the answer's Markdown, by an allow-list
    bubble.item.dataset.state = state;
    bubble.item.classList.remove("thinking");
    bubble.item.querySelector(".label").hidden = state !== "quoted";
    bubble.item.querySelector(".feedback").hidden = !JUDGED.includes(state);
    bubble.item.querySelector(".copy").hidden = !navigator.clipboard; // only there over HTTPS and on localhost
    if (feedback) press(bubble.item, feedback === "up" ? "1" : "0");
    bubble.complete = true;
  }

  // Heard of the log alone, not of an element in it: while it is so, screen readers say nothing of what comes.
  function quiet(yes) { log.setAttribute("aria-busy", yes); }

  function suggest(questions) {
    for (const button of suggestions.querySelectorAll("button")) button.remove();
    for (const question of questions) {
      const button = document.createElement("button");
      Object.assign(button, { name: "text", value: question, textContent: question });
      suggestions.append(button);
    }
    suggestions.hidden = !questions.length;
  }

  function press(item, value) {
    for (const thumb of item.querySelectorAll("[name=up]")) thumb.setAttribute("aria-pressed", thumb.value === value);
  }

  // Who answers now; "came" lasts until "left".
  function present(bubble, state) {
    bubble.item.dataset.state = state;
    if (!asks.size) say(""); // a notice about who answers is over
    chat.classList.toggle("with-owner", state === "came");
  }

  // The owner is in the chat: mimi does not answer.
  function unawaited(mine) {
    mine?.bubble?.item.remove();
    if (mine) mine.bubble = null;
  }

  // Whoever waited for this answer before hears no more of it than this one.
  function promised(id, mine) {
    for (const each of asks) if (each.answer === id && each !== mine) each.abort();
    if (mine) mine.answer = id;
    return answer(id, mine);
  }

  const HEARD = {
    conversation: (data, mine) => { keep(data.key); if (data.message) promised(data.message, mine).words.lang = data.lang; else unawaited(mine); },
    delta: (data) => {
      const bubble = answer(data.message);
      if (bubble.complete) return;
      bubble.item.classList.remove("thinking");
      quiet(true);
      bubble.points.splice(data.at, Infinity, ...data.text);
      bubble.words.textContent = bubble.points.join("");
    },
    source: (data) => { const bubble = answer(data.message); if (!bubble.complete) source(bubble, data); },
    suggestions: (data) => { if (asks.size < 2) suggest(data.questions); },
    done: (data) => finish(answer(data.message), data),
    notice: (data) => { say(data.text); away = data.code === "unavailable" ? data.text : ""; },
    owner: (data) => { if (!bubbles.has(data.message)) add("owner", data.message, data.text); },
    visitor: (data) => { if (!sent.has(data.id) && !bubbles.has(data.message)) add("visitor", data.message, data.text); },
    presence: (data) => { if (!bubbles.has(data.message)) present(add("presence", data.message, data.text), data.state); },
  };

  function hear(event, mine) {
    if (ignored.has(event.data.message)) return;
    const before = atBottom();
    HEARD[event.name]?.(event.data, mine);
    follow(before);
  }

  // What comes later: the owner's words, and answers whose own stream was cut.
  const later = mimiStream.follower({
    get: (accept, last, signal) => call("GET", "/events", null, accept, signal, last),
    hear, gone: () => keep(""), back: () => { if (away && notice.textContent === away) say(""); away = ""; },
  });

  async function ask(text, to) {
    const id = uuid(), controller = new AbortController(), before = [...asks];
    const mine = { signal: controller.signal, abort: () => controller.abort() };
    mine.opened = new Promise((done) => { mine.open = done; });
    asks.add(mine);
    sent.add(id);
    later.stop();
    say(told = away = "");
    suggest([]);
    const asked = add("visitor", "", text);
    mine.bubble = add("mimi");
    mine.bubble.item.classList.add("thinking");
    busy();
    follow(true);
    for (const each of before) if (!key) await each.opened; // one conversation, whatever comes first
    const outcome = await through({ id, text, to }, mine);
    asks.delete(mine);
    mine.open();
    if (mine.bubble) { // nothing of it has arrived
      mine.bubble.item.remove();
      asked.item.remove();
      field.value = [text, field.value].filter(Boolean).join("\n"); // before what was written meanwhile
      tooLong();
    }
    if (outcome === "cut" && !mine.signal.aborted) say(told || (mine.bubble ? again : away = arrived));
    busy();
    if (key && !asks.size) later.start();
  }

  // The same id again is the same message, whatever its check.
  async function through(message, mine) {
    const { signal } = mine;
    let outcome = "cut", met = null;
    for (let tries = 0, checks = 0; outcome === "cut" && tries < 4 && !signal.aborted;) {
      outcome = await attempt({ ...message, ...met }, mine).catch(() => "cut");
      if (outcome.check && checks++ < 3) {
        say(told + " " + checking);
        met = await showing(outcome.check, signal);
        if (!signal.aborted) say("");
        outcome = "cut";
      } else if (outcome === "cut" && ++tries < 4) await sleep(pause(tries - 1), signal);
    }
    if (outcome.check) say(told);
    return outcome;
  }

  // With check.js, or by the wait where that fails.
  const showing = (asked, signal) => import(check).then((it) => it.met(asked, chat.dataset.worker, signal))
    .catch(() => sleep(asked.wait + 250, signal).then(() => ({ check: asked.token })));

  async function attempt(message, mine) {
    const body = { ...message, ...(key && { conversation: key }), stopped: [...ignored].pop() }, { signal } = mine;
    const dog = later.held ? watchdog(signal, LONGEST) : watchdog(signal);
    try {
      if (later.held) return await whole(await call("POST", "/messages", body, "", dog.signal), mine);
      const response = await call("POST", "/messages", body, EVENTS, dog.signal);
      if (!response.headers.get("Content-Type")?.startsWith(EVENTS)) return await refused(response);
      for await (const event of read(response, dog.alive)) {
        hear(event, mine);
        if (event.name === "done" || event.data.code === "with_owner") return "done";
        if (event.name === "notice" && !response.ok) return "refused";
      }
      return "cut";
    } catch (error) {
      if (dog.silent && dog.held) later.hold(); // next, ask for all of it
      throw error;
    } finally {
      dog.stop();
    }
  }

  // The answer as one piece of JSON: what gets through everywhere.
  async function whole(response, mine) {
    if (!response.ok) return refused(response);
    const { conversation, message, notice } = await response.json();
    keep(conversation);
    if (message) {
      const bubble = answer(message.id, mine);
      bubble.words.lang = message.lang;
      for (const each of message.sources) source(bubble, each);
      finish(bubble, message);
      suggest(message.suggestions);
    } else { unawaited(mine); say(notice.text); }
    return "done";
  }

  async function refused(response) {
    if (response.status === 404 && key) { keep(""); return "cut"; } // deleted meanwhile: begin anew
    if (forbidden(response) && !later.held) { later.hold(); return "cut"; }
    const { error, check } = await response.json().catch(() => ({}));
    told = error?.message || again;
    if (check) return { check };
    if (response.status >= 500) return "cut";
    say(told);
    return "refused";
  }

  // What is being answered; what was written meanwhile is still to be.
  function stop() {
    const [mine] = asks, bubble = bubbles.get(mine.answer);
    mine.abort();
    if (bubble) {
      ignored.add(mine.answer);
      bubble.complete = true;
      bubble.item.classList.remove("thinking");
      if (!bubble.points.length) bubble.item.remove();
    }
    say(stopped);
  }

  // The button stops what comes, unless there is something to send.
  function busy() {
    if (!asks.size) quiet(false);
    const stops = asks.size && !field.value.trim();
    send.textContent = stops ? chat.dataset.stop : chat.dataset.send;
    send.classList.toggle("main", !stops);
    grow();
  }

  // As high as what is in it, where the style sheet alone does not do that: Safari before 26.2.
  function grow() {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = field.scrollHeight + field.offsetHeight - field.clientHeight + "px";
  }

  // What is too long is kept and counted; nothing of it is cut.
  function tooLong() {
    const length = [...field.value.trim()].length, words = long.replace("{length}", length);
    if (length > most) say(words);
    else if (chat.classList.contains("long")) say("");
    return chat.classList.toggle("long", length > most);
  }

  field.addEventListener("input", () => { tooLong(); busy(); });
  tooLong(); // it may have been pasted before this file was there
  grow();

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || tooLong()) return;
    field.value = "";
    ask(text, event.submitter?.value);
  });

  suggestions.addEventListener("submit", (event) => {
    event.preventDefault();
    if (asks.size) return;
    ask(event.submitter.value);
    // The button is gone: whoever came by keyboard goes on here. A screen keyboard is not to jump up.
    if (!matchMedia("(pointer: coarse)").matches) field.focus();
  });

  send.addEventListener("click", (event) => { // the field is empty while an answer streams, and "required"
    // The second click of a double one still means "send"; two taps of a finger do not count themselves.
    const again = event.detail > 1 || event.timeStamp - clicked < TWICE;
    clicked = event.timeStamp;
    if (!asks.size || field.value.trim()) return;
    event.preventDefault();
    if (!again) stop();
  });

  const trying = (work) => async (event) => {
    event.preventDefault();
    try { await work(event); } catch { say(again); }
  };

  log.addEventListener("submit", trying(async (event) => {
    const item = event.target.closest(".said"), { value } = event.submitter;
    const response = await call("POST", "/messages/" + item.dataset.message + "/feedback", { up: value === "1" });
    if (response.ok) { press(item, value); say(chat.dataset.thanks); }
  }));

  log.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    const words = button.closest(".said").querySelector(".words");
    try {
      await navigator.clipboard.writeText(words.innerText);
      say(copied);
    } catch { getSelection().selectAllChildren(words); } // not allowed here: ready to be copied by hand
  });

  $("handoff").addEventListener("submit", trying(async () => {
    const response = await call("POST", "/handoff", {}), told = await response.json();
    say(response.ok ? told.text : told.error.message);
  }));

  $("by-mail").addEventListener("submit", trying(async () => {
    const response = await call("POST", "/reply-by-mail", { email: $("email").value }), told = await response.json();
    say(response.ok ? told.text : told.error.message);
    if (response.ok) { $("email").value = ""; $("by-mail").closest("details").open = false; }
  }));

  // In a frame of another site's Safari shows no dialog, nor does an app's web view unless it is told to (WKUIDelegate):
  // there the button asks.
  function agreed(button) {
    if (!document.body.classList.contains("embedded")) return confirm(sure);
    const now = performance.now(), words = button.textContent;
    if (words === sure) return now - clicked > TWICE;
    clicked = now;
    button.textContent = sure;
    button.focus();
    button.addEventListener("blur", () => { button.textContent = words; }, { once: true });
    return false;
  }

  $("delete").addEventListener("submit", trying(async (event) => {
    if (!agreed(event.submitter)) return;
    const response = await call("DELETE", "/conversation");
    if (!response.ok && response.status !== 404) return say(again);
    for (const each of asks) each.abort();
    later.stop({ forget: true });
    keep("");
    bubbles.clear();
    for (const item of log.querySelectorAll(".said:not(.greeting)")) item.remove();
    event.submitter.blur();
    say(deleted);
  }));

  async function restore() {
    const response = await call("POST", "/conversation", {});
    if (response.status === 404) return keep("");
    const told = await response.json();
    if (!response.ok || asks.size) return;
    for (const item of log.querySelectorAll(".said:not(.greeting)")) item.remove();
    log.ariaLive = "off"; // what was said before is not read out once more
    setTimeout(() => { log.ariaLive = "polite"; }, 1000);
    for (const message of told.messages) {
      const bubble = add(message.role, message.id, message.text);
      bubble.words.lang = message.lang;
      if (message.role === "presence") present(bubble, message.state);
      if (message.role !== "mimi") continue;
      for (const each of message.sources) source(bubble, each);
      finish(bubble, message);
    }
    const latest = told.messages[told.messages.length - 1];
    if (latest) suggest(latest.suggestions);
    keep(key);
    follow(told.messages.length > 0);
    later.start(told.last_event);
  }

  if (key) restore().catch(() => later.start());
})();
