import { spawnSync } from "node:child_process";
import { micromark, parse, postprocess, preprocess } from "micromark";
import { gfm } from "micromark-extension-gfm";

/**
 * Markdown as a tree, by two parsers of GitHub's dialect that nobody here wrote: micromark, which the
 * project uses, and cmark-gfm, which GitHub wrote, where it is installed.
 */
export interface Node {
  readonly kind: string;
  /** Text, code or HTML as a reader gets it; address of a link or picture. */
  readonly value: string;
  readonly children: readonly Node[];
}

interface Open {
  kind: string;
  value: string;
  children: Node[];
}

/** Tokens of micromark that are nodes, by our name of their kind. */
const TOKENS: Readonly<Record<string, string>> = {
  paragraph: "paragraph",
  atxHeading: "heading",
  setextHeading: "heading",
  blockQuote: "quotation",
  listOrdered: "ordered list",
  listUnordered: "list",
  codeFenced: "code block",
  codeIndented: "code block",
  codeText: "code",
  htmlFlow: "html",
  htmlText: "html",
  link: "link",
  autolink: "link",
  literalAutolink: "link",
  image: "image",
  emphasis: "emphasis",
  strong: "emphasis",
  strikethrough: "strikethrough",
  table: "table",
  tableData: "cell",
  tableHeader: "cell",
  gfmFootnoteCall: "footnote",
  gfmFootnoteDefinition: "footnote",
  taskListCheck: "task",
  thematicBreak: "rule",
  definition: "definition",
};

/** What stands in these is no text of the page. */
const ASIDE: ReadonlySet<string> = new Set([
  "resource",
  "reference",
  "codeFencedFence",
  "definition",
  "gfmFootnoteCall",
  "taskListCheck",
]);

const LITERAL: ReadonlySet<string> = new Set(["codeTextData", "codeFlowValue"]);

export function parseMicromark(markdown: string): Node {
  const root: Open = { kind: "document", value: "", children: [] };
  const stack: Open[] = [root];
  const top = (): Open => stack.at(-1) ?? root;
  let aside = 0;
  const document = parse({ extensions: [gfm()] }).document();
  const events = postprocess(document.write(preprocess()(markdown, undefined, true)));
  for (const [way, token, context] of events) {
    const name: string = token.type;
    const kind = TOKENS[name];
    const slice = (): string => context.sliceSerialize(token);
    if (way === "enter") {
      if (kind !== undefined) stack.push({ kind, value: "", children: [] });
      if (kind === "html" || kind === "definition") top().value = slice();
      if (ASIDE.has(name)) aside += 1;
      if (name === "resourceDestinationString" || name === "autolinkProtocol") {
        top().value = slice();
      }
      if (name.startsWith("literalAutolink")) top().value = slice();
    } else {
      if (ASIDE.has(name)) aside -= 1;
      if (kind !== undefined) {
        const done = stack.pop();
        if (done !== undefined) top().children.push(done);
      } else if (aside === 0) addText(top(), name, slice);
    }
  }
  return root;
}

function addText(into: Open, name: string, slice: () => string): void {
  if (into.kind === "html") return;
  if (into.kind.startsWith("code")) {
    if (LITERAL.has(name)) into.value += slice();
    else if (name === "lineEnding") into.value += "\n";
  } else if (name === "characterReference") appendText(into, decode(slice()));
  else if (name === "data" || name === "characterEscapeValue") appendText(into, slice());
  else if (name === "autolinkProtocol" || name === "autolinkEmail") appendText(into, slice());
  else if (name === "lineEnding") appendText(into, "\n");
}

/** As in a page, neighbouring pieces of text are one. */
function appendText(into: Open, text: string): void {
  const last = into.children.at(-1);
  const before = last?.kind === "text" ? (into.children.pop()?.value ?? "") : "";
  into.children.push({ kind: "text", value: before + text, children: [] });
}

const BASIC: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
};

function decode(reference: string): string {
  const html = micromark(reference).replaceAll(/<\/?p>/g, "");
  return BASIC[html] ?? html;
}

/** Elements of cmark's XML, by our name of their kind. */
const ELEMENTS: Readonly<Record<string, string>> = {
  document: "document",
  paragraph: "paragraph",
  heading: "heading",
  block_quote: "quotation",
  item: "item",
  code_block: "code block",
  code: "code",
  html_block: "html",
  html_inline: "html",
  link: "link",
  image: "image",
  emph: "emphasis",
  strong: "emphasis",
  strikethrough: "strikethrough",
  table: "table",
  table_header: "row",
  table_row: "row",
  table_cell: "cell",
  "<unknown>": "footnote",
  tasklist: "task",
  thematic_break: "rule",
};

const EXTENSIONS = ["autolink", "table", "tasklist", "strikethrough", "footnotes"];

/** Stands between documents of one run. */
const SEPARATOR = "the next document";

/** Null where the program is not installed. A document that does not end fails. */
export function parseCmark(documents: readonly string[]): readonly Node[] | null {
  const options = EXTENSIONS.flatMap((name) => ["-e", name]);
  const ran = spawnSync("cmark-gfm", [...options, "--to", "xml", "--unsafe"], {
    input: documents.join(`\n\n# ${SEPARATOR}\n\n`),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (ran.error !== undefined) return null;
  if (ran.status !== 0) throw new Error(`cmark-gfm: ${ran.stderr}`);
  const read: Open[] = [{ kind: "document", value: "", children: [] }];
  for (const node of readXml(ran.stdout).children) {
    const isEnd = node.kind === "heading" && node.children[0]?.value === SEPARATOR;
    if (isEnd) read.push({ kind: "document", value: "", children: [] });
    else read.at(-1)?.children.push(node);
  }
  if (read.length !== documents.length) throw new Error("a document takes the next one with it");
  return read;
}

const XML = /<(\/?)(\w+|<unknown>)((?:\s+[\w:]+="[^"]*")*)\s*(\/?)>|([^<]+)/g;

function readXml(xml: string): Node {
  const root: Open = { kind: "root", value: "", children: [] };
  const stack: Open[] = [root];
  let isText = false;
  for (const [, end, name, attributes = "", alone, text] of xml.matchAll(XML)) {
    const into = stack.at(-1) ?? root;
    if (text !== undefined) {
      if (isText) appendText(into, unescape(text));
      else if (into.kind === "code" || into.kind === "code block" || into.kind === "html") {
        into.value += unescape(text);
      }
    } else if (name === "text") isText = end === "" && alone === "";
    else if (name === "softbreak" || name === "linebreak") appendText(into, "\n");
    else if (end === "/") {
      const done = stack.pop();
      if (done !== undefined) (stack.at(-1) ?? root).children.push(done);
    } else {
      const kind =
        name === "list"
          ? attributes.includes('type="ordered"')
            ? "ordered list"
            : "list"
          : (ELEMENTS[name ?? ""] ?? String(name));
      const value = unescape(/destination="([^"]*)"/.exec(attributes)?.[1] ?? "");
      if (alone === "/") into.children.push({ kind, value, children: [] });
      else stack.push({ kind, value, children: [] });
    }
  }
  return root.children.find(({ kind }) => kind === "document") ?? root;
}

function unescape(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|quot);/g, (found) => BASIC[found] ?? found);
}
