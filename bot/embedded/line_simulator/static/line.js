// The phone: shows the chat of one person, and does to the bot what that person does.
import { drawFlex, element, picture, tappable } from "./flex.js";

const phrases = JSON.parse(document.body.dataset.phrases);
// "line/" beside the page's own address, wherever the page is mounted.
const base = new URL("line/", location.href);
const find = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
const LONG_PRESS_MS = 500;

let person = new URLSearchParams(location.search).get("person") ?? "";
let quoting = null;
let menuClosed = {};
let loadingTimer = 0;
const drawn = new Map();

// ---- talking to the simulator

async function ask(path, body) {
  const options = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(new URL(path, base), options);
  if (!answer.ok) throw new Error((await answer.text()).slice(0, 200));
  return answer.json();
}

async function act(action, body = {}) {
  try {
    const { draft } = await ask(`do/${action}`, { person, ...body });
    if (draft && action.startsWith("tap")) find("text").value = draft;
  } catch (error) {
    toast(`${phrases.failed} ${error.message}`);
  }
}

let asking = false;
let stale = false;
async function refresh() {
  stale = true;
  if (asking) return;
  asking = true;
  while (stale) {
    stale = false;
    const asked = person;
    try {
      const state = await ask(`state?person=${encodeURIComponent(asked)}`);
      // Somebody else may have been chosen meanwhile; then this answer is about the wrong phone.
      if (asked === person) show(state);
      find("offline").hidden = true;
    } catch {
      find("offline").hidden = false;
    }
  }
  asking = false;
}

const events = new EventSource(new URL("events", base));
events.onmessage = refresh;
events.onerror = () => { find("offline").hidden = false; };

// ---- the screen

function show(state) {
  if (person !== state.person.id) {
    person = state.person.id;
    drawn.clear();
    find("chat").replaceChildren();
    atEnd = true;
    quote(null);
  }
  showChat(state.person.chat);
  showQuickReplies(state.person.chat.at(-1));
  showLoading(state.person.loading);
  showMenu(state.person.menu);
  showFresh(state.person);
  showPanel(state);
}

function showChat(chat) {
  const room = find("chat");
  const ids = new Set(chat.map((item) => item.id));
  for (const [id, old] of drawn) {
    if (!ids.has(id)) { old.node.remove(); drawn.delete(id); }
  }
  for (const item of chat) {
    const text = JSON.stringify(item);
    const old = drawn.get(item.id);
    if (old?.text === text) continue;
    const node = drawItem(item);
    if (old) old.node.replaceWith(node); else room.append(node);
    drawn.set(item.id, { text, node });
  }
  keepAtEnd();
}

// Whoever reads the end stays there when something grows; whoever has scrolled up is left alone.
let atEnd = true;
let lastTop = 0;
function keepAtEnd() {
  if (atEnd) find("chat").scrollTop = find("chat").scrollHeight;
}
find("chat").addEventListener("scroll", ({ target }) => {
  // Only the reader scrolls up; a chat that has become lower (quick replies, menu) has not been left.
  if (target.scrollHeight - target.scrollTop - target.clientHeight < 40) atEnd = true;
  else if (target.scrollTop < lastTop) atEnd = false;
  lastTop = target.scrollTop;
});
find("chat").addEventListener("load", keepAtEnd, true);
new ResizeObserver(keepAtEnd).observe(find("chat"));

function drawItem(item) {
  if (item.unsent) return element("p", "unsent", phrases.unsent);
  const wide = item.message.type === "flex" || (item.message.template?.type ?? "").includes("carousel");
  const row = element("div", `item ${item.fromBot ? "theirs" : "mine"}${wide ? " wide" : ""}`);
  const content = element("div", "content");
  content.append(drawMessage(item));
  if (!item.fromBot && (item.delivered < 200 || item.delivered > 299)) content.append(failedNote(item));
  row.append(content, meta(item));
  longPress(content, () => quote(item));
  return row;
}

function meta(item) {
  const box = element("div", "meta");
  const tools = element("div", "tools");
  tools.append(tool(phrases.reply, "M9 7l-5 5 5 5M4 12h10a6 6 0 0 1 6 6", () => quote(item)));
  if (!item.fromBot) {
    tools.append(tool(phrases.unsend, "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12", () => act("unsend", { message: item.id })));
  }
  box.append(tools, element("time", "", clock.format(new Date(item.at))));
  return box;
}

function tool(label, path, run) {
  const button = element("button", "icon");
  button.type = "button";
  button.title = label;
  button.setAttribute("aria-label", label);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  svg.firstChild.setAttribute("d", path);
  button.append(svg);
  button.addEventListener("click", run);
  return button;
}

function failedNote(item) {
  const status = item.delivered ? ` (${item.delivered})` : "";
  const note = element("button", "failed", `${phrases.not_delivered}${status} · ${phrases.redeliver}`);
  note.type = "button";
  note.addEventListener("click", () => act("redeliver", { message: item.id }));
  return note;
}

function longPress(node, run) {
  let timer = 0;
  node.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") timer = setTimeout(run, LONG_PRESS_MS);
  });
  for (const name of ["pointerup", "pointercancel", "pointermove"]) node.addEventListener(name, () => clearTimeout(timer));
}

// ---- messages

function drawMessage(item) {
  const { message } = item;
  const tap = (action, place) => tapAction(action, (value) => act("tap", { message: item.id, place, value }));
  switch (message.type) {
    case "text": case "textV2": return drawText(item);
    case "flex": return drawFlex(message.contents, ["contents"], tap, phrases.picture_elsewhere);
    case "template": return drawTemplate(message.template, tap);
    case "image": return drawImage(item);
    case "file": return drawFile(message);
    default: return element("div", "bubble", message.altText ?? message.title ?? `[${message.type}]`);
  }
}

function drawText(item) {
  const bubble = element("div", "bubble");
  if (item.quoted) {
    const who = item.quoted.fromBot ? phrases.bot : phrases.you;
    bubble.append(element("span", "quote", `${who}\n${item.quoted.text}`));
  }
  bubble.append(document.createTextNode(item.message.text));
  return bubble;
}

function drawImage(item) {
  const url = item.fromBot ? item.message.previewImageUrl : new URL(`pictures/${item.id}`, base).href;
  const image = picture(url, phrases.picture_elsewhere);
  image.classList.add("picture");
  return image;
}

function drawFile(message) {
  const bubble = element("div", "bubble file");
  bubble.append(element("b", "", message.fileName), element("span", "", `${Math.ceil(message.fileSize / 1024)} KB`));
  return bubble;
}

function drawTemplate(template, tap) {
  if (!template.type.includes("carousel")) return drawCard(template, ["template"], tap);
  const strip = element("div", "strip");
  template.columns.forEach((column, n) => strip.append(drawCard(column, ["template", "columns", n], tap)));
  return strip;
}

function drawCard(part, place, tap) {
  const card = element("div", "card template");
  const url = part.thumbnailImageUrl ?? part.imageUrl;
  if (url) {
    const image = picture(url, phrases.picture_elsewhere);
    Object.assign(image.style, { width: "100%", aspectRatio: part.imageUrl ? "1/1" : "1.51/1", objectFit: "cover" });
    card.append(image);
  }
  if (part.text) {
    const words = element("div", "words");
    if (part.title) words.append(element("b", "", part.title));
    words.append(document.createTextNode(part.text));
    card.append(words);
    tappable(words, part.defaultAction, [...place, "defaultAction"], { tap });
  }
  const actions = (part.actions ?? []).map((action, n) => [action, [...place, "actions", n]]);
  if (part.action) actions.push([part.action, [...place, "action"]]);
  const list = element("div", part.type === "confirm" ? "actions pair" : "actions");
  for (const [action, where] of actions) {
    const button = element("button", "", action.label ?? "…");
    button.type = "button";
    button.addEventListener("click", () => tap(action, where));
    list.append(button);
  }
  card.append(list);
  return card;
}

async function tapAction(action, run) {
  if (action.type === "uri") {
    // Only web addresses open: a javascript: one must not run here. At once, while the browser still sees the tap.
    if (/^https?:/i.test(action.uri)) window.open(action.uri, "_blank", "noopener");
    else toast(`${phrases.opened}: ${action.uri}`);
  }
  if (action.type === "clipboard") return navigator.clipboard?.writeText(action.clipboardText);
  if (action.type !== "datetimepicker") return run();
  const value = await chooseDate(action);
  if (value) await run(value);
}

function chooseDate(action) {
  const dialog = find("date");
  const input = find("date-value");
  input.type = action.mode === "datetime" ? "datetime-local" : action.mode;
  input.value = (action.initial ?? "").replace("t", "T");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue ? input.value : ""), { once: true });
  });
}

// ---- around the chat

function showQuickReplies(last) {
  const items = (last?.fromBot && last.message.quickReply?.items) || [];
  const bar = find("quick");
  bar.hidden = items.length === 0;
  if (bar.dataset.of === last?.id && items.length) return;
  bar.dataset.of = last?.id ?? "";
  bar.replaceChildren(...items.map((item, n) => {
    const button = element("button", "", item.action.label);
    button.type = "button";
    const place = ["quickReply", "items", n, "action"];
    button.addEventListener("click", () => tapAction(item.action, (value) => act("tap", { message: last.id, place, value })));
    return button;
  }));
}

function showLoading(seconds) {
  clearTimeout(loadingTimer);
  find("loading").hidden = seconds <= 0;
  if (seconds > 0) loadingTimer = setTimeout(() => { find("loading").hidden = true; }, seconds * 1000);
}

function showMenu(menu) {
  const box = find("menu");
  box.hidden = !menu;
  if (!menu) return;
  const open = !(menuClosed[menu.id] ?? !menu.selected);
  const [bar, areas] = box.children;
  bar.textContent = menu.chatBarText;
  bar.setAttribute("aria-expanded", String(open));
  areas.hidden = !open;
  bar.onclick = () => { menuClosed[menu.id] = open; showMenu(menu); };
  if (areas.dataset.of === menu.id) return;
  areas.dataset.of = menu.id;
  const image = element("img");
  image.src = new URL(`pictures/${menu.id}`, base);
  image.alt = "";
  areas.replaceChildren(image, ...menu.areas.map((area, n) => menuArea(menu.size, area, n)));
}

function menuArea(size, { bounds, action }, n) {
  const button = element("button");
  button.type = "button";
  button.setAttribute("aria-label", action.label ?? action.text ?? action.displayText ?? action.uri ?? action.data);
  Object.assign(button.style, {
    left: `${(100 * bounds.x) / size.width}%`, top: `${(100 * bounds.y) / size.height}%`,
    width: `${(100 * bounds.width) / size.width}%`, height: `${(100 * bounds.height) / size.height}%`,
  });
  button.addEventListener("click", () => tapAction(action, () => act("tap-menu", { area: n })));
  return button;
}

function showFresh({ friend, blocked, chat }) {
  const box = find("fresh");
  const stranger = !friend && chat.length === 0;
  box.hidden = !stranger && !blocked;
  box.firstElementChild.textContent = blocked ? phrases.blocked : phrases.fresh;
  box.lastElementChild.textContent = blocked ? phrases.unblock : phrases.add_friend;
  find("composer").hidden = blocked;
  find("block").textContent = !friend ? phrases.add_friend : blocked ? phrases.unblock : phrases.block;
  find("block").dataset.action = friend && !blocked ? "unfollow" : "follow";
}

function showPeople(known) {
  const people = find("people");
  // Only when there is news: a list that is open for choosing would close.
  const news = JSON.stringify(known);
  if (people.dataset.of !== news) people.replaceChildren(...known.map(({ id, name }) => new Option(name, id)));
  people.dataset.of = news;
  people.value = person;
}

function showPanel(state) {
  showPeople(state.people);
  find("quota").textContent = state.quota.limit === null ? `${state.quota.used}` : `${state.quota.used} / ${state.quota.limit}`;
  find("faults").textContent = state.faults.join(", ") || phrases.none;
  find("requests").replaceChildren(...state.requests.map((request) => {
    const status = request.status || "—";
    const fault = request.fault ? ` [${request.fault}]` : "";
    const line = element("li", request.status >= 200 && request.status < 300 ? "" : "bad", `${status} ${request.method} ${request.path}${fault}`);
    for (const problem of request.problems) line.append(element("br"), problem);
    return line;
  }));
}

function quote(item) {
  quoting = item?.id ?? null;
  find("quoting").hidden = !item;
  if (!item) return;
  find("quoting").querySelector("span").textContent = item.message.text ?? item.message.altText ?? `[${item.message.type}]`;
  find("text").focus();
}

let toastTimer = 0;
function toast(text) {
  const note = find("toast");
  note.textContent = text;
  note.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { note.hidden = true; }, 4000);
}

// ---- what the person does

function grow() {
  const field = find("text");
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 120)}px`;
}

find("text").addEventListener("input", grow);
find("text").addEventListener("keydown", (event) => {
  // Enter that ends a conversion (kana to kanji) is not a wish to send.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    find("composer").requestSubmit();
  }
});
find("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("text").value;
  if (!text.trim()) return;
  find("text").value = "";
  grow();
  atEnd = true;
  act("say", { text, quoting });
  quote(null);
});
function sendChosen(input, action) {
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (!file) return;
    const reader = new FileReader();
    // An empty file's data URL has no comma.
    reader.addEventListener("load", () => act(action, { name: file.name, data: reader.result.split(",")[1] ?? "" }));
    reader.readAsDataURL(file);
    input.value = "";
  });
}
sendChosen(find("picture"), "image");
sendChosen(find("file"), "file");
find("quoting").querySelector("button").addEventListener("click", () => quote(null));
find("fresh").lastElementChild.addEventListener("click", () => act("follow"));
find("block").addEventListener("click", (event) => act(event.target.dataset.action));

function choose(id) {
  person = id;
  drawn.clear();
  find("chat").replaceChildren();
  atEnd = true;
  quote(null);
  const address = new URL(location.href);
  address.searchParams.set("person", id);
  history.replaceState(null, "", address);
  refresh();
}
find("people").addEventListener("change", (event) => choose(event.target.value));
find("new-person").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { id } = await ask("people", { name: event.target.elements.name.value });
  event.target.reset();
  choose(id);
});
find("fault-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { operation, fault } = event.target.elements;
  ask("faults", { operation: operation.value, fault: fault.value });
});
find("clear-faults").addEventListener("click", () => ask("faults", { clear: true }));
find("open-panel").addEventListener("click", () => find("panel").classList.add("open"));
find("close-panel").addEventListener("click", () => find("panel").classList.remove("open"));
refresh();
