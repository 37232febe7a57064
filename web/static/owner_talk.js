// A conversation's page of its owner: what is said appears by itself, and what they write is sent from where they are.
// Without this file the form does the same with a new page each time.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const talking = $("talking"), log = $("log"), form = $("say"), field = $("text"), problem = $("problem");
  const speaking = $("speaking"), below = $("below"), send = form.querySelector("button");
  const { events, failed, out, gone } = talking.dataset;
  const title = document.title;
  const DRAFT = "mimi:draft:" + location.pathname;
  let sending = false, unseen = 0, signedOut = false;

  function tell(text) { problem.textContent = text; problem.hidden = !text; }

  // `change` moves nothing that the owner looks at: neither what they read nor the form they write in.
  function inPlace(change) {
    const before = speaking.getBoundingClientRect().top, inSight = before < innerHeight;
    change();
    if (inSight) scrollBy(0, speaking.getBoundingClientRect().top - before);
  }

  function said({ id, html }) {
    const held = document.createElement("template");
    held.innerHTML = html; // made by the server, as the page itself
    const item = held.content.firstElementChild;
    if (!item) return;
    const known = $("said-" + id);
    inPlace(() => { known?.remove(); log.append(item); });
    below.hidden = item.getBoundingClientRect().top < innerHeight;
    if (item.dataset.state === "pending") return;
    $("heard").textContent = (item.querySelector(".who")?.firstChild.textContent || "") + item.querySelector(".words").textContent;
    if (document.hidden) document.title = `(${++unseen}) ${title}`;
  }

  // One tap does both: whoever has written already comes and says it.
  function named() {
    const { by, send: said, begin, both } = talking.dataset;
    send.textContent = by === "owner" ? said : field.value.trim() ? both : begin;
  }

  // What stands in the form stays; only where it goes changes.
  function by({ html, by }) {
    const owner = by === "owner";
    inPlace(() => { $("by").innerHTML = html; $("back").hidden = !owner; });
    talking.dataset.by = by;
    form.action = owner ? talking.dataset.say : talking.dataset.talk;
    field.required = owner;
    named();
  }

  // The same words with the same mark are said once, however often they arrive.
  function renew(mark) {
    const renewed = (url) => url.replace(/\bonce=[^&]*/, "once=" + mark);
    talking.dataset.say = renewed(talking.dataset.say);
    talking.dataset.talk = renewed(talking.dataset.talk);
    form.action = renewed(form.action);
  }

  const HEARD = { said, speaking: by, waiting({ html }) { $("waiting").innerHTML = html; } };

  function over(text) {
    later.stop();
    signedOut = text === out;
    $("look").hidden = false;
    tell(text);
  }

  // Whoever has signed in again, in another tab, goes on here.
  function again() {
    if (signedOut) tell("");
    signedOut = false;
    later.start();
  }

  async function get(accept, last, signal) {
    const response = await fetch(events, { signal, cache: "no-store", headers: { Accept: accept, ...(last && { "Last-Event-ID": last }) } });
    if (response.status !== 401 && !response.redirected) return response;
    over(out);
    throw new Error(out);
  }

  const later = mimiStream.follower({
    get, hear: ({ name, data }) => HEARD[name]?.(data), gone: () => over(gone), back: () => { $("look").hidden = true; },
  });

  async function post() {
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
    if (response.status === 401) return over(out);
    const { form: next, error } = await response.json();
    if (!response.ok) return tell(error.message);
    renew(next);
    field.value = "";
    named();
    tell("");
    if (signedOut) again();
  }

  form.addEventListener("submit", async (event) => {
    if (event.submitter === $("back")) return;
    event.preventDefault();
    if (sending) return;
    sending = true;
    try { await post(); } catch { tell(failed); }
    sending = false;
  });

  field.addEventListener("input", named);
  field.addEventListener("keydown", (event) => {
    const composing = event.isComposing || event.keyCode === 229; // Enter chooses a word in a Japanese keyboard
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || composing) return;
    event.preventDefault();
    form.requestSubmit(send);
  });

  below.addEventListener("click", (event) => {
    event.preventDefault();
    log.lastElementChild.scrollIntoView({ block: "center" });
    below.hidden = true;
  });

  addEventListener("scroll", () => {
    const last = log.lastElementChild;
    if (!below.hidden && last.getBoundingClientRect().top < innerHeight) below.hidden = true;
  }, { passive: true });

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unseen = 0;
    document.title = title;
    if (signedOut) again();
  });

  // Words half written are there again for whoever comes back to them in this tab.
  try {
    field.value ||= sessionStorage.getItem(DRAFT) || "";
    addEventListener("pagehide", () => {
      if (field.value.trim()) sessionStorage.setItem(DRAFT, field.value); else sessionStorage.removeItem(DRAFT);
    });
  } catch { /* a browser that keeps nothing */ }

  named();
  later.start(talking.dataset.last);
})();
