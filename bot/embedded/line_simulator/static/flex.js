// Draws Flex messages: boxes, texts, buttons, pictures. Close to LINE's own layout, not pixel for pixel.

const SPACE = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const BORDER = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };
const TEXT = { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 };
const IMAGE = { xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220, full: "100%" };
const BUBBLE = { nano: 120, micro: 160, deca: 220, hecto: 241, kilo: 260, mega: 300, giga: 386 };
const BLOCK_PADDING = { header: 20, body: 20, footer: 10 };
const ALIGN = { start: "left", center: "center", end: "right" };
const GRAVITY = { top: "flex-start", center: "center", bottom: "flex-end" };

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// A keyword of a table, or a length like "12px" or "50%", as a CSS length.
function length(value, table) {
  if (value === undefined) return "";
  const known = table[value];
  return known === undefined ? value : typeof known === "number" ? `${known}px` : known;
}

// Pictures of other hosts are not loaded: the page keeps to mimi's own.
export function picture(url, hint) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed && parsed.origin === location.origin) {
    const image = element("img");
    image.src = url;
    image.alt = "";
    return image;
  }
  const stand_in = element("div", "elsewhere", hint);
  stand_in.append(element("small", "", parsed ? parsed.host : ""));
  return stand_in;
}

// `tap(action, place)` is called when something tappable is tapped; `place` is its path in the message.
export function drawFlex(container, place, tap, hint) {
  const context = { tap, hint };
  if (container.type === "carousel") {
    const strip = element("div", "strip");
    container.contents.forEach((bubble, n) => strip.append(drawBubble(bubble, [...place, "contents", n], context)));
    return strip;
  }
  return drawBubble(container, place, context);
}

function drawBubble(bubble, place, context) {
  const card = element("div", "card");
  card.style.width = `${BUBBLE[bubble.size ?? "mega"]}px`;
  card.style.display = "flex";
  card.style.flexDirection = "column";
  if (bubble.direction === "rtl") card.dir = "rtl";
  for (const name of ["header", "hero", "body", "footer"]) {
    if (!bubble[name]) continue;
    const style = bubble.styles?.[name] ?? {};
    const block = drawComponent(bubble[name], [...place, name], context, "vertical");
    if (bubble[name].type === "box" && bubble[name].paddingAll === undefined && BLOCK_PADDING[name]) {
      for (const side of ["Top", "Right", "Bottom", "Left"]) {
        block.style[`padding${side}`] ||= `${BLOCK_PADDING[name]}px`;
      }
    }
    if (name === "body") block.style.flex = "1 0 auto";
    if (style.backgroundColor) block.style.backgroundColor = style.backgroundColor;
    if (style.separator) block.style.borderTop = `1px solid ${style.separatorColor ?? "#d4d6da"}`;
    card.append(block);
  }
  tappable(card, bubble.action, [...place, "action"], context);
  return card;
}

function drawComponent(part, place, context, layout) {
  const draw = { box: drawBox, text: drawText, button: drawButton, image: drawImage, icon: drawImage,
    video: drawVideo, separator: drawSeparator }[part.type];
  const made = draw ? draw(part, place, context, layout) : element("div");
  if (part.type === "filler") made.style.flex = `${part.flex ?? 1} 1 0`;
  position(made, part);
  if (part.type !== "button") tappable(made, part.action, [...place, "action"], context);
  return made;
}

function drawBox(part, place, context) {
  const box = element("div");
  const across = part.layout !== "vertical";
  Object.assign(box.style, {
    display: "flex", flexDirection: across ? "row" : "column", minWidth: "0", position: "relative",
    alignItems: part.alignItems ?? (part.layout === "baseline" ? "baseline" : "stretch"),
    justifyContent: part.justifyContent ?? "", backgroundColor: part.backgroundColor ?? "",
    borderRadius: length(part.cornerRadius, SPACE), width: part.width ?? "", maxWidth: part.maxWidth ?? "100%",
    height: part.height ?? "", maxHeight: part.maxHeight ?? "",
    overflow: part.cornerRadius || part.height ? "hidden" : "",
  });
  if (part.borderWidth) box.style.border = `${length(part.borderWidth, BORDER)} solid ${part.borderColor ?? "#d4d6da"}`;
  gradient(box, part.background);
  padding(box, part);
  part.contents.forEach((inner, n) => {
    const child = drawComponent(inner, [...place, "contents", n], context, part.layout);
    const gap = length(inner.margin ?? part.spacing, SPACE);
    if (n > 0 && inner.position !== "absolute") child.style[across ? "marginInlineStart" : "marginTop"] = gap;
    share(child, inner, across);
    box.append(child);
  });
  return box;
}

// In a row everything shares the width unless told otherwise; in a column everything is as high as it needs.
function share(child, part, across) {
  if (part.type === "separator" || part.type === "filler" || part.position === "absolute") return;
  if (part.type === "icon" || (part.width && across)) child.style.flex = "none";
  else if (across) child.style.flex = part.flex === 0 ? "0 0 auto" : `${part.flex ?? 1} 1 0`;
  else child.style.flex = part.flex ? `${part.flex} 0 auto` : "none";
  if (across && part.gravity) child.style.alignSelf = GRAVITY[part.gravity];
}

function gradient(box, background) {
  if (!background) return;
  const middle = background.centerColor ? `${background.centerColor} ${background.centerPosition ?? "50%"}, ` : "";
  box.style.backgroundImage = `linear-gradient(${background.angle}, ${background.startColor}, ${middle}${background.endColor})`;
}

function padding(box, part) {
  box.style.padding = length(part.paddingAll, SPACE);
  const sides = { paddingTop: "paddingTop", paddingBottom: "paddingBottom", paddingStart: "paddingLeft", paddingEnd: "paddingRight" };
  for (const [name, side] of Object.entries(sides)) {
    if (part[name] !== undefined) box.style[side] = length(part[name], SPACE);
  }
}

function position(made, part) {
  if (part.position === "absolute") made.style.position = "absolute";
  const sides = { offsetTop: "top", offsetBottom: "bottom", offsetStart: "left", offsetEnd: "right" };
  for (const [name, side] of Object.entries(sides)) {
    if (part[name] === undefined) continue;
    made.style.position ||= "relative";
    made.style[side] = length(part[name], SPACE);
  }
}

function drawText(part) {
  const text = element("div", "", part.contents ? undefined : part.text);
  Object.assign(text.style, {
    fontSize: length(part.size ?? "md", TEXT), textAlign: ALIGN[part.align] ?? "", minWidth: "0",
    lineHeight: "1.4", overflow: "hidden",
  });
  letters(text, part);
  if (part.wrap) {
    text.style.whiteSpace = "pre-wrap";
    text.style.overflowWrap = "anywhere";
    if (part.maxLines) Object.assign(text.style, { display: "-webkit-box", webkitBoxOrient: "vertical", webkitLineClamp: `${part.maxLines}` });
  } else {
    Object.assign(text.style, { whiteSpace: "nowrap", textOverflow: "ellipsis" });
  }
  for (const span of part.contents ?? []) {
    const piece = element("span", "", span.text);
    if (span.size) piece.style.fontSize = length(span.size, TEXT);
    letters(piece, span);
    text.append(piece);
  }
  return text;
}

function letters(made, part) {
  made.style.color = part.color ?? "";
  made.style.fontWeight = part.weight === "bold" ? "700" : "";
  made.style.fontStyle = part.style === "italic" ? "italic" : "";
  made.style.textDecoration = part.decoration ?? "";
}

function drawButton(part, place, context) {
  const button = element("button", "flex-button", part.action.label);
  button.type = "button";
  const looks = {
    primary: { backgroundColor: part.color ?? "#17c950", color: "#fff" },
    secondary: { backgroundColor: part.color ?? "#dcdfe5", color: "#111" },
    link: { backgroundColor: "transparent", color: part.color ?? "#42659a" },
  };
  Object.assign(button.style, looks[part.style ?? "link"]);
  button.style.minHeight = part.height === "sm" ? "40px" : "52px";
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    context.tap(part.action, [...place, "action"]);
  });
  return button;
}

function drawImage(part, _place, context) {
  const frame = element("div");
  const icon = part.type === "icon";
  const width = icon ? length(part.size ?? "md", TEXT) : length(part.size ?? "md", IMAGE);
  Object.assign(frame.style, {
    width, maxWidth: "100%", overflow: "hidden", aspectRatio: (part.aspectRatio ?? "1:1").replace(":", "/"),
    backgroundColor: part.backgroundColor ?? "", alignSelf: { start: "flex-start", end: "flex-end" }[part.align] ?? "center",
  });
  const image = icon ? element("span") : picture(part.url, context.hint);
  Object.assign(image.style, { width: "100%", height: "100%", objectFit: part.aspectMode === "cover" ? "cover" : "contain" });
  frame.append(image);
  return frame;
}

function drawVideo(part, place, context) {
  return drawComponent(part.altContent, [...place, "altContent"], context, "vertical");
}

function drawSeparator(part, _place, _context, layout) {
  const line = element("div");
  const color = part.color ?? "#d4d6da";
  if (layout === "vertical") line.style.borderTop = `1px solid ${color}`;
  else line.style.borderLeft = `1px solid ${color}`;
  line.style.flex = "none";
  return line;
}

export function tappable(made, action, place, context) {
  if (!action) return;
  made.classList.add("tap");
  made.tabIndex = 0;
  made.setAttribute("role", "button");
  const tap = (event) => {
    event.stopPropagation();
    context.tap(action, place);
  };
  made.addEventListener("click", tap);
  made.addEventListener("keydown", (event) => {
    if (event.target === made && (event.key === "Enter" || event.key === " ")) tap(event);
  });
}
