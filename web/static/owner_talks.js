// The list of conversations goes on by itself: rows say what has become of them where they stand. New ones come on top,
// or, while somebody is in the list, wait behind a link, so that nothing moves under a finger.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id), list = $("talks"), fresh = $("fresh"), link = fresh.firstElementChild;
  const { events, words } = fresh.dataset, title = document.title, held = new Map();
  let unseen = 0;

  function shut() {
    return list.matches(":hover, :focus-within") || list.getBoundingClientRect().top < 0;
  }

  function show() {
    $("none")?.remove();
    for (const item of held.values()) list.prepend(item);
    held.clear();
    tell();
  }

  function tell() {
    link.textContent = words.replace("{count}", held.size);
    link.hidden = !held.size;
  }

  function talk({ id, html }) {
    const made = document.createElement("template"), known = $("talk-" + id);
    made.innerHTML = html; // by the server, as the page itself
    const item = made.content.firstElementChild;
    if (!item) held.delete(id);
    else if (document.hidden && item.textContent !== known?.textContent) document.title = `(${++unseen}) ${title}`;
    if (!known) {
      if (!item) return tell();
      item.className = "fresh";
      held.delete(id);
      held.set(id, item);
      return shut() ? tell() : show();
    }
    if (!item) return known.remove();
    if (item.textContent === known.textContent) return;
    // The link stays the same one: somebody may be about to follow it.
    known.className = "fresh";
    known.lastElementChild.replaceWith(item.lastElementChild);
  }

  const HEARD = { talk, waiting({ html }) { $("waiting").innerHTML = html; } };

  link.addEventListener("click", (event) => {
    event.preventDefault();
    show();
    scrollTo(0, 0);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unseen = 0;
    document.title = title;
  });

  const later = mimiStream.follower({
    get: async (accept, last, signal) => {
      const response = await fetch(events, { signal, cache: "no-store", headers: { Accept: accept, ...(last && { "Last-Event-ID": last }) } });
      if (response.status !== 401 && !response.redirected) return response;
      later.stop();
      throw new Error("signed out");
    },
    hear: ({ name, data }) => HEARD[name]?.(data),
    gone() {}, back() {},
  });
  later.start();
})();
