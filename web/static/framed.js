// The app's page in the widget's frame (widget.js), which asks whether it is there and is told what it cannot see itself.
"use strict";
(() => {
  let around = ""; // its origin: one of the app's sites, since the page's policy lets no other show it
  const tell = (what) => parent.postMessage({ mimi: what, title: document.title }, around);

  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || source === window || !data) return;
    around = origin;
    if (data.mimi === "hello") tell("ready");
    // A screen keyboard is not to jump up.
    if (data.mimi === "open" && !matchMedia("(pointer: coarse)").matches) document.getElementById("text").focus();
  });

  addEventListener("keydown", (event) => {
    const composing = event.isComposing || event.keyCode === 229; // Escape takes back a word in a Japanese keyboard
    if (event.key === "Escape" && around && !composing) tell("close");
  });
})();
