/**
 * What a page is asked in the browser. These functions are carried there as text, so they use
 * nothing but each other.
 */

/** Scripts, and attributes that act or look as no stylesheet says. */
export function countScripts(): number {
  const all = [...document.querySelectorAll("*")];
  const acting = all.filter((element) => {
    const names = element.getAttributeNames();
    return element.matches("script, [style]") || names.some((name) => name.startsWith("on"));
  });
  return acting.length;
}

/** What reaches out of a page to the right, as its reader would have to scroll for; empty: nothing. */
export function findOverflow(): string[] {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((element) => {
    return element.getBoundingClientRect().right > width + 0.5;
  });
  return [`${document.documentElement.scrollWidth} px wide`, ...wide.slice(0, 5).map(nameElement)];
}

/**
 * What is scrolled sideways by itself, so that a part of it is not seen at first: the tables behind
 * charts, too. A chart of time over the whole page may be: shrunk to a phone, its words would be 4 px
 * high and its releases 3 px wide, and the table behind it says the same.
 */
export function findScrolled(): string[] {
  const closed = document.querySelectorAll<HTMLDetailsElement>("details:not([open])");
  for (const each of closed) each.open = true;
  const scrolled = [...document.body.querySelectorAll("*")].filter((element) => {
    if (element.scrollWidth <= element.clientWidth || !element.checkVisibility()) return false;
    const canScroll = /auto|scroll/.test(getComputedStyle(element).overflowX);
    return canScroll && !element.matches(".figure.wide > .drawing");
  });
  for (const each of closed) each.open = false;
  return scrolled.map((element) => `${nameElement(element)} is scrolled sideways`);
}

function nameElement(element: Element): string {
  const label = element.getAttribute("aria-label") ?? element.textContent ?? "";
  const text = label.replaceAll(/\s+/g, " ").trim().slice(0, 50);
  return `${element.tagName.toLowerCase()} "${text}"`;
}

/** What a keyboard has to reach, in the order of the page. */
function findStops(): HTMLElement[] {
  const all = document.querySelectorAll<HTMLElement>(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']",
  );
  return [...all].filter((element) => element.checkVisibility());
}

/** Stands on the page between `countStops` and the last `readStop`. */
interface Counted {
  stops: readonly Element[];
}

function counted(): Counted {
  return globalThis as unknown as Counted;
}

/** Where everything is, and whether it is seen: what differs in colours alone has the same. */
export function readPlaces(): string {
  const places = [...document.querySelectorAll("*")].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const isSeen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    return [x, y, width, height, isSeen].join(" ");
  });
  return places.join("\n");
}

/** As before anybody pressed a key. */
export function leaveStops(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  scrollTo(0, 0);
}

/** How many there are. The next Tab goes to the first of them. */
export function countStops(): number {
  // Where the focus was last, the next Tab would go on.
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  scrollTo(0, 0);
  counted().stops = findStops();
  return counted().stops.length;
}

export interface Stop {
  /** In the order of the page; -1: it is none of those that were counted. */
  readonly place: number;
  readonly name: string;
  /** Something that is scrolled: the browser gives it a stop by itself. */
  readonly isScrolled: boolean;
  /** What is wrong with how the focus is seen; null: nothing. */
  readonly problem: string | null;
}

/** Where the focus is. */
export function readStop(): Stop {
  const element = document.activeElement ?? document.body;
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
  return {
    place: counted().stops.indexOf(element),
    name: nameElement(element),
    isScrolled: scrollWidth > clientWidth || scrollHeight > clientHeight,
    problem: judgeFocus(element),
  };
}

function judgeFocus(element: Element): string | null {
  const style = getComputedStyle(element);
  const width = Number.parseFloat(style.outlineWidth);
  if (style.outlineStyle === "none" || width < 2) return "no outline";
  const ring = contrastOf(style.outlineColor, groundBehind(element.parentElement));
  if (ring < 3) return `an outline of a contrast of ${ring.toFixed(2)}`;
  const box = element.getBoundingClientRect();
  if (box.width < 1 || box.height < 1) return "no size";
  const reach = width + Number.parseFloat(style.outlineOffset);
  const cut = sidesCutOff(element, {
    left: box.left - reach,
    right: box.right + reach,
    top: box.top - reach,
    bottom: box.bottom + reach,
  });
  // Where three sides of four are there, a ring is seen.
  return cut.length > 1 ? `an outline cut off (${cut.join(", ")})` : null;
}

type Sides = Readonly<Record<"left" | "right" | "top" | "bottom", number>>;

function sidesCutOff(element: Element, ring: Sides): string[] {
  const { clientWidth, clientHeight } = document.documentElement;
  const isTall = ring.bottom - ring.top > clientHeight;
  const frames: Sides[] = [
    {
      left: 0,
      right: clientWidth,
      top: isTall ? -Infinity : 0,
      bottom: isTall ? Infinity : clientHeight,
    },
  ];
  for (let each = element.parentElement; each !== null; each = each.parentElement) {
    if (each === document.body || each === document.documentElement) continue;
    if (getComputedStyle(each).overflowX !== "visible") frames.push(each.getBoundingClientRect());
  }
  return [
    ...(frames.some(({ left, right }) => ring.left < left || ring.left > right) ? ["left"] : []),
    ...(frames.some(({ left, right }) => ring.right > right || ring.right < left) ? ["right"] : []),
    ...(frames.some(({ top, bottom }) => ring.top < top || ring.top > bottom) ? ["top"] : []),
    ...(frames.some(({ top, bottom }) => ring.bottom > bottom || ring.bottom < top)
      ? ["bottom"]
      : []),
  ];
}

function groundBehind(from: Element | null): string {
  for (let each = from; each !== null; each = each.parentElement) {
    const { backgroundColor } = getComputedStyle(each);
    if (channelsOf(backgroundColor)[3] === 1) return backgroundColor;
  }
  return "rgb(255, 255, 255)";
}

function channelsOf(color: string): readonly [number, number, number, number] {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, alpha];
}

/** As in WCAG 2.2. */
function contrastOf(one: string, other: string): number {
  const lights = [luminanceOf(one), luminanceOf(other)];
  return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
}

function luminanceOf(color: string): number {
  const [red, green, blue] = channelsOf(color);
  return 0.2126 * linearOf(red) + 0.7152 * linearOf(green) + 0.0722 * linearOf(blue);
}

function linearOf(channel: number): number {
  const share = channel / 255;
  return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

const CARRIED = [
  findOverflow,
  findScrolled,
  nameElement,
  findStops,
  counted,
  countStops,
  readStop,
  judgeFocus,
  sidesCutOff,
  groundBehind,
  channelsOf,
  contrastOf,
  luminanceOf,
  linearOf,
];

/** A script that brings them all to the page that is open. */
export const IN_PAGE = `(() => {
  ${CARRIED.map(String).join("\n")}
  Object.assign(globalThis, { ${CARRIED.map(({ name }) => name).join(", ")} });
})()`;
