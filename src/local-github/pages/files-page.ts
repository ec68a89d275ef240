import { html } from "hono/html";
import type { TreeEntry } from "../git-object.ts";
import type { Html, Page } from "./layout.ts";
import { renderBox } from "./list-page.ts";
import { renderMarkdown } from "./markdown.ts";
import { frame } from "./repository-frame.ts";
import { encodeSlashed, type View } from "./view.ts";

/** Bytes of a file that are shown; a page of more does no browser good. */
const FILE_BYTES_MAX = 512 * 1024;

interface Place {
  readonly ref: string;
  readonly sha: string;
  /** Below the root; empty for the root itself. */
  readonly path: string;
}

/** A folder or file, from `ref/path`. Null when there is none. */
export async function filesPage(view: View, place: string): Promise<Page | null> {
  const found = await findPlace(view, place);
  if (found === null) return null;
  const { git } = view.github;
  const { id } = view.repository;
  const expression = `${found.sha}:${found.path}`;
  const blob = found.path === "" ? null : await git.blob(id, expression);
  const content =
    blob === null
      ? await renderFolder(view, found, expression)
      : html`<div class="box">${renderFile(view, found.path, blob)}</div>`;
  if (content === null) return null;
  const body = html`<h1>${renderPath(view, found)}</h1>
    <p class="byline">
      at <a href="${view.base}/commits/${encodeSlashed(found.ref)}">${found.ref}</a>
    </p>
    ${content}`;
  return frame(view, "Overview", found.path || found.ref, body);
}

/** A branch or tag may have slashes of its own: the longest name that leads to a commit wins. */
async function findPlace(view: View, place: string): Promise<Place | null> {
  const parts = place.split("/").filter((part) => part !== "");
  for (let length = parts.length; length > 0; length -= 1) {
    const ref = parts.slice(0, length).join("/");
    const sha = await view.github.git.resolveCommit(view.repository.id, ref);
    if (sha !== null) return { ref, sha, path: parts.slice(length).join("/") };
  }
  return null;
}

function renderPath(view: View, { ref, path }: Place): Html {
  const parts = path.split("/").filter((part) => part !== "");
  const root = `${view.base}/tree/${encodeSlashed(ref)}`;
  return html`<a href="${root}">${view.repository.name}</a>${parts.map((part, index) => {
      const isLast = index === parts.length - 1;
      const address = `${root}/${encodeSlashed(parts.slice(0, index + 1).join("/"))}`;
      return html`<span class="slash">/</span>${
          isLast ? part : html`<a href="${address}">${part}</a>`
        }`;
    })}`;
}

async function renderFolder(view: View, place: Place, expression: string): Promise<Html | null> {
  const tree = await view.github.git.tree(view.repository.id, expression);
  if (tree === null) return null;
  const rows = tree.entries
    .toSorted((a, b) => Number(b.type === "tree") - Number(a.type === "tree"))
    .map((entry) => renderEntry(view, place, entry));
  return renderBox(rows, "An empty folder.");
}

function renderEntry(view: View, { ref, path }: Place, entry: TreeEntry): Html {
  const isFolder = entry.type === "tree";
  const full = path === "" ? entry.path : `${path}/${entry.path}`;
  const address = `${view.base}/${isFolder ? "tree" : "blob"}/${encodeSlashed(`${ref}/${full}`)}`;
  return html`<div class="row">
    <div class="grow"><a href="${address}">${entry.path}${isFolder ? "/" : ""}</a></div>
    <div class="end quiet small">${entry.size === null ? "" : `${entry.size} bytes`}</div>
  </div>`;
}

function renderFile(view: View, path: string, content: Buffer): Html {
  if (content.includes(0)) return html`<div class="empty">A binary file.</div>`;
  const text = content.subarray(0, FILE_BYTES_MAX).toString("utf8");
  const rest = content.length - FILE_BYTES_MAX;
  return html`${
    /\.(?:md|markdown)$/i.test(path)
      ? html`<div class="inside prose">${renderMarkdown(text, view.references)}</div>`
      : html`<pre class="plain">${text}</pre>`
  }
  ${rest > 0 ? html`<div class="empty">${rest} more bytes are not shown.</div>` : ""}`;
}
