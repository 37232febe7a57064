// The list of conversations says by a link how many have begun since it was opened; its rows stay where they are.
"use strict";
(() => {
  const fresh = document.getElementById("fresh"), { events, words } = fresh.dataset;
  const later = mimiStream.follower({
    get: async (accept, last, signal) => {
      const response = await fetch(events, { signal, cache: "no-store", headers: { Accept: accept, ...(last && { "Last-Event-ID": last }) } });
      if (response.status !== 401 && !response.redirected) return response;
      later.stop();
      throw new Error("signed out");
    },
    hear: ({ data }) => {
      fresh.firstElementChild.textContent = words.replace("{count}", data.count);
      fresh.firstElementChild.hidden = !data.count;
    },
    gone() {}, back() {},
  });
  later.start();
})();
