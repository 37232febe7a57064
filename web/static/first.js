// What an app's page needs before anybody writes. The chat itself (talk.js) comes with the first sign of a visitor; what
// is sent before that waits for it. Where it cannot be had, the form is sent as it is without any script.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const chat = $("chat"), form = $("ask"), field = $("text"), notice = $("notice");
  const LATE = 8000;
  const SIGNS = ["focusin", "pointerover", "pointerdown", "keydown"];
  let coming = null, held = null;

  const load = () => coming ||= new Promise((came, failed) => {
    const script = document.createElement("script");
    script.src = chat.dataset.talk;
    script.onload = () => { ready(); came(); };
    script.onerror = () => { coming = null; script.remove(); failed(); };
    document.head.append(script);
  });

  function ready() {
    chat.removeEventListener("submit", hold);
    for (const sign of SIGNS) chat.removeEventListener(sign, begin);
  }
  const begin = () => { load().catch(() => {}); }; // once more with the next sign

  // A network that is there brings the form to the server; without one, a page of the browser's would take its place,
  // and with it what was written.
  const alone = () => fetch(chat.dataset.talk, { cache: "no-store", signal: AbortSignal.timeout(LATE) })
    .then(ready, () => { notice.textContent = chat.dataset.again; return Promise.reject(); });

  async function hold(event) {
    event.preventDefault();
    if (held) return;
    held = event;
    chat.setAttribute("aria-busy", "true");
    const late = new Promise((_, no) => setTimeout(no, LATE));
    try {
      await Promise.race([load(), late]).catch(alone);
      event.target.requestSubmit(event.submitter);
    } catch { /* said above: what was written is still there */ }
    held = null;
    chat.removeAttribute("aria-busy");
  }

  chat.addEventListener("submit", hold);
  for (const sign of SIGNS) chat.addEventListener(sign, begin);

  // On a screen Enter writes a new line, and who has a keyboard beside it sends: such a one has these keys, and says where.
  // `any-pointer` does not tell: an iPhone says it has a fine one.
  let onDesk = false;
  field.addEventListener("focus", () => { onDesk = false; });
  field.addEventListener("keydown", (event) => {
    onDesk ||= /^(Shift|Control|Alt|Meta|Arrow)/.test(event.code);
    const composing = event.isComposing || event.keyCode === 229; // Enter chooses a word in a Japanese keyboard
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    if (!onDesk && matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    // Without its button, which stops an answer while one streams.
    if (field.value.trim()) form.requestSubmit();
  });

  // There is a conversation: what came meanwhile is shown at once. Null in Android's WebView, shut in some frames.
  const kept = () => { try { return sessionStorage.getItem("mimi:" + chat.dataset.app); } catch { return ""; } };
  if (form.elements.conversation.value || kept()) begin();
})();
