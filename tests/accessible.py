"""What keeps people from using a page, as axe-core finds it and as a few measures beside it do (WCAG 2.2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from browsers import DESKTOP, PHONE
from playwright.async_api import Frame, Page

# All of A and AA, and what axe calls best practice; WCAG 2.2's rule of targets is off unless it is asked for.
RULES: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    # Each frame is looked at by itself, and no rule asks for what axe would fetch: style sheets and media.
    "iframes": False,
    "preload": False,
}
# Of these those that another width or colour may change: the others would say the same again.
SEEN_AGAIN = RULES | {"runOnly": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]}
# And what other words may change beside it: names, labels, titles and languages.
IN_OTHER_WORDS = RULES | {
    "runOnly": [
        *SEEN_AGAIN["runOnly"],
        *(
            "aria-command-name",
            "aria-input-field-name",
            "button-name",
            "document-title",
            "empty-heading",
            "frame-title",
        ),
        *("html-has-lang", "html-lang-valid", "image-alt", "label", "label-title-only", "link-name", "select-name"),
        *("summary-name", "valid-lang"),
    ]
}
ZOOMED = 320  # CSS pixels that 1280 are at 400 % (1.4.10)
FINGER = 44  # of a target on a phone: more than 2.5.8 asks for, and what 2.5.5 does
Look = tuple[int, bool]
# Both widths and colours in two looks: with two languages every pair of the three is seen.
ONE, OTHER = ((PHONE, False), (DESKTOP, True)), ((PHONE, True), (DESKTOP, False))


async def with_axe(page: Page) -> Page:
    """The page, which brings axe into all that it and its neighbours open from now on."""
    await page.context.add_init_script(AXE_SCRIPT)
    return page


async def problems(page: Page, looks: Sequence[Look], first: Mapping[str, Any] = RULES) -> list[str]:
    """What is wrong with the page as it stands there, in each look; each once. `first`: the rules of the first look."""
    found: dict[str, None] = {}
    for (width, dark), rules in zip(looks, (first, *[SEEN_AGAIN] * (len(looks) - 1)), strict=True):
        await page.set_viewport_size({"width": width, "height": 844})
        await page.emulate_media(color_scheme="dark" if dark else "light")
        for frame in page.frames:
            found |= dict.fromkeys(await violations(frame, rules))
            if width == PHONE:
                found |= dict.fromkeys(await small_targets(frame))
    await page.set_viewport_size({"width": ZOOMED, "height": 844})
    if (wide := await page.evaluate("document.documentElement.scrollWidth")) > ZOOMED:
        found[f"it is {wide} wide at 400 %"] = None
    return list(found)


async def violations(frame: Frame, rules: Mapping[str, Any] = RULES) -> list[str]:
    """What axe finds, a line an element. It is half a megabyte: where `with_axe` has not brought it, once a page."""
    if not await frame.evaluate("'axe' in window"):
        await frame.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = await frame.evaluate("(rules) => axe.run(rules)", rules)
    return [
        f"{each['id']}: {node['html'][:120]} {node['failureSummary'].splitlines()[1].strip()[:160]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


async def small_targets(frame: Frame) -> list[str]:
    """What a finger would miss: not links within a line of text, which 2.5.8 leaves out."""
    return [str(each) for each in await frame.evaluate(SMALL, FINGER)]


SMALL = """(finger) => {
  const targets = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary");
  const beside = (each) => [...each.parentElement.childNodes].some((other) => other.localName !== "a" &&
    other.textContent.trim());
  const inLine = (each) => getComputedStyle(each).display === "inline" && beside(each);
  return [...targets].flatMap((each) => {
    const hit = each.closest("label") || each, { width, height } = hit.getBoundingClientRect();
    if (!each.checkVisibility() || !width || inLine(each)) return [];
    const small = height < finger - 0.5 || width < 24;
    return small ? [`${Math.round(width)} x ${Math.round(height)}: ${each.outerHTML.slice(0, 100)}`] : [];
  });
}"""


async def unreached(page: Page) -> list[str]:
    """What Tab does not come to, or comes to without showing it (2.1.1, 2.4.7)."""
    for _time in range(await page.evaluate(BEGIN_TO_TAB) + 2):
        await page.keyboard.press("Tab")
        await page.evaluate(NOTE_FOCUS)
    return [str(each) for each in await page.evaluate(LEFT_OUT)]


# Of radio buttons that belong together Tab comes to one.
BEGIN_TO_TAB = """() => {
  const group = (each) => each.type === "radio" ? each.form?.action + " " + each.name : each;
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
  const shown = all.filter((each) => each.checkVisibility() && !each.disabled && each.getClientRects().length);
  window.tabbing = { group, left: new Map(shown.map((each) => [group(each), each])), unseen: [] };
  document.activeElement?.blur();
  getSelection().empty();
  const parts = shown.filter((each) => each.type === "time").length * 3; // an hour, a minute, a picker
  return shown.length + parts;
}"""
NOTE_FOCUS = """() => {
  const now = document.activeElement, { outlineStyle, outlineWidth } = getComputedStyle(now);
  tabbing.left.delete(tabbing.group(now));
  const seen = now === document.body || now.type === "time" || outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  if (!seen) tabbing.unseen.push(now);
}"""
# What its page has taken away meanwhile is not missed.
LEFT_OUT = """() => [
  ...[...tabbing.left.values()].filter((each) => each.checkVisibility())
    .map((each) => "not reached: " + each.outerHTML.slice(0, 120)),
  ...tabbing.unseen.map((each) => "focus not seen: " + each.outerHTML.slice(0, 120)),
]"""
