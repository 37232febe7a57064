// An app's page on a page of somebody else's: a button, and on it a frame (docs/embedding.md). Nothing is asked of the
// server before it is opened, and nothing stored. Where the frame is refused the button is the link that it is made of.
(() => {
  const WORDS = "WORDS"; // by language: the button, to close, to open elsewhere; put in by web/visitor/widget.py
  const STYLE = "STYLE"; // widget.css, likewise
  const ANSWERS = 1000; // ms after it has loaded; a page of ours has answered by then
  const script = document.currentScript || document.querySelector("script[data-handle][src*='/widget.js']");
  const handle = script?.dataset.handle?.replace(/^@/, "").toLowerCase();
  // A component that is gone again before its script has come (React's StrictMode does that) wants no button.
  if (!handle || !script.isConnected) return;
  const shown = window[Symbol.for("mimi")] ||= new Map();
  if (shown.has(handle)) return shown.get(handle).show(script);

  const site = new URL(script.src).origin, address = site + "/@" + encodeURIComponent(handle);
  const make = (name, ...given) => Object.assign(document.createElement(name), ...given);
  const host = make("mimi-widget"), root = host.attachShadow({ mode: "open" });
  const button = make("a", { target: "_blank", rel: "noopener", className: "button" });
  const panel = make("dialog"), title = make("b"), shut = make("button", { textContent: "✕" });
  const out = make("a", { target: "_blank", rel: "noopener" }), bar = make("div");
  let frame = null, refused = false, ready = false, full = false, source, back;
  bar.append(title, out, shut);
  panel.append(bar);
  root.append(button, panel);
  // No policy of the page's is about these; its style-src is about what stands in it.
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch { root.append(make("style", { textContent: STYLE })); } // Safari before 16.4

  function language(tag) {
    if (/^zh/i.test(tag)) return /hant|tw|hk|mo/i.test(tag) ? "zh-Hant" : "zh-Hans";
    tag = tag.slice(0, 2).toLowerCase();
    return WORDS[tag] ? tag : "";
  }

  function ink(colour) {
    const [red, green, blue] = [1, 3, 5].map((at) => (parseInt(colour.substr(at, 2), 16) / 255) ** 2.2);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#161210" : "#fff"; // WCAG 2.2, 1.4.3
  }

  // Also when the same tag comes again: after a navigation without a load, or where it was removed.
  function show({ dataset }) {
    const lang = language(dataset.lang || document.documentElement.lang || "");
    const [label, close, elsewhere] = WORDS[lang || language(navigator.language) || "en"];
    const wanted = (dataset.color || "").replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
    const colour = /^#[\da-f]{6}$/i.test(wanted) ? wanted : "#a84a22";
    button.href = out.href = address + (lang && "?lang=" + lang);
    source = address + "?embed=widget" + (lang && "&lang=" + lang);
    button.textContent = dataset.label || label;
    if (!title.textContent) panel.ariaLabel = dataset.label || label;
    out.textContent = elsewhere;
    shut.ariaLabel = close;
    host.dataset.side = dataset.position || "";
    // All of them each time: "all: initial" keeps nobody's variables out.
    const look = { nth: [...shown.keys()].indexOf(handle), back: colour, ink: ink(colour) };
    for (const name in look) host.style.setProperty("--" + name, look[name]);
    place();
  }

  // Beside the body: frameworks replace that, and its transform would move what is fixed in it.
  const place = () => { if (!host.isConnected) document.documentElement.append(host); };
  const say = (what) => frame.contentWindow?.postMessage({ mimi: what }, site);

  function asButton(yes) {
    [button.role, button.ariaHasPopup, button.ariaExpanded] = yes ? ["button", "dialog", panel.open] : [];
  }

  function load() {
    ready = false;
    panel.classList.remove("out");
    frame = make("iframe", { src: source, allow: "clipboard-write", credentialless: crossOriginIsolated });
    frame.onload = () => {
      const loaded = frame;
      ready = false;
      say("hello");
      setTimeout(() => { if (frame === loaded && !ready) leave(); }, ANSWERS);
    };
    panel.append(frame);
  }

  // Refused by the page's policy, by the list of the app's sites, by a blocker; or there is no such app any more.
  function leave() {
    frame?.remove();
    frame = null;
    refused = navigator.onLine; // a line that was away may come back
    if (!panel.open) return;
    const tab = window.open(out.href);
    if (tab) { tab.opener = null; panel.close(); } else panel.classList.add("out");
    asButton(!refused);
  }

  function open() {
    place();
    if (!panel.open) {
      back = document.activeElement;
      full = matchMedia("(max-width: 480px), (max-height: 480px)").matches;
      if (full) panel.showModal(); else panel.show();
      fit();
      asButton(true);
    }
    if (refused) return leave();
    if (!frame?.isConnected) load();
    if (ready) enter();
  }

  function enter() { frame.focus(); say("open"); }

  // A phone's keyboard covers what is fixed: what is left is the visual viewport.
  function fit() {
    const view = visualViewport;
    if (view.scale !== 1) return;
    panel.style.height = full ? view.height + "px" : "";
    panel.style.top = full ? view.offsetTop + "px" : "";
  }

  button.onclick = (event) => {
    if (refused || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (panel.open) panel.close(); else open();
  };
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") panel.close();
    if (event.key === " " && event.target === button && !refused) button.onclick(event);
  });
  shut.onclick = () => panel.close();
  panel.onclose = () => {
    asButton(!refused);
    // Firefox leaves it in the frame that is gone.
    if (![host, document.body].includes(document.activeElement)) return;
    button.focus();
    back?.focus();
  };
  // Firefox says nothing of loading where the page's policy forbids it.
  document.addEventListener("securitypolicyviolation", (event) => {
    if (frame && event.disposition === "enforce" && event.blockedURI.includes(site)) leave();
  });
  visualViewport.addEventListener("resize", fit);
  visualViewport.addEventListener("scroll", fit);
  addEventListener("message", ({ source: from, origin, data }) => {
    if (!frame || from !== frame.contentWindow || origin !== site || !data) return;
    if (data.mimi === "close") panel.close();
    if (data.mimi !== "ready" || ready) return;
    ready = true;
    frame.title = panel.ariaLabel = title.textContent = data.title;
    frame.className = "ready";
    if (panel.open) enter();
  });

  function remove() {
    shown.delete(handle);
    host.remove();
  }

  shown.set(handle, { show, open, close: () => panel.close(), remove });
  asButton(true);
  show(script);
  // Named access gives elements with this id to `window`; what else is there is the page's own.
  if (window.mimi && !(window.mimi instanceof Element)) return;
  const call = (what) => (which) => (shown.get(which) || [...shown.values()][0])?.[what]();
  window.mimi = { open: call("open"), close: call("close"), remove: call("remove") };
})();
