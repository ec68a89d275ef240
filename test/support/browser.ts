/** A page as a browser without scripts has it: where it came from, and its one form. */
export interface Visited {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

function decode(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

function attribute(tag: string, name: string): string | null {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? null : decode(value);
}

/** Open an address, following redirects. */
export async function visit(url: string, init: RequestInit = {}): Promise<Visited> {
  const answer = await fetch(url, { redirect: "follow", ...init });
  const { status, headers } = answer;
  return { url: answer.url, status, headers, text: await answer.text() };
}

/** Press the button of the page's form, with its fields as they stand but for `change`. */
export async function submit(
  page: Visited,
  change: Record<string, string> = {},
  init: RequestInit = {},
): Promise<Visited> {
  const form = /<form[^>]*>/.exec(page.text)?.[0];
  if (form === undefined) throw new Error(`No form at ${page.url}: ${page.text}`);
  const fields = new URLSearchParams();
  for (const [input] of page.text.matchAll(/<input[^>]*>/g)) {
    fields.set(attribute(input, "name") ?? "", attribute(input, "value") ?? "");
  }
  for (const [, name = "", first = ""] of page.text.matchAll(
    /<select name="([^"]+)">\s*<option>([^<]*)/g,
  )) {
    fields.set(name, decode(first));
  }
  for (const [name, value] of Object.entries(change)) fields.set(name, value);
  const action = new URL(attribute(form, "action") ?? "", page.url).href;
  return visit(action, { method: "POST", body: fields, ...init });
}
