import { html } from "hono/html";
import type { FileChange } from "../changed-files.ts";
import type { Html } from "./layout.ts";

/** Files whose lines are shown; the rest is only named. GitHub's compare lists as many. */
const FILES_MAX = 300;

/** Lines of one file's difference; more of them help nobody on one page. */
const LINES_MAX = 400;

/** Files that are unfolded from the start. */
const UNFOLDED_MAX = 5;

export function renderFileChanges(files: readonly FileChange[]): Html {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return html`<section>
    <h2>
      ${files.length} changed ${files.length === 1 ? "file" : "files"}
      ${renderSize(additions, deletions)}
    </h2>
    ${files.slice(0, FILES_MAX).map((file) => renderFile(file, files.length <= UNFOLDED_MAX))}
    ${
      files.length > FILES_MAX
        ? html`<p class="quiet">${files.length - FILES_MAX} more files are not shown.</p>`
        : ""
    }
  </section>`;
}

function renderSize(additions: number, deletions: number): Html {
  return html`<span class="small"
    ><span class="plus">+${additions}</span> <span class="minus">−${deletions}</span></span
  >`;
}

function renderFile(file: FileChange, isOpen: boolean): Html {
  const name =
    file.previousFilename === null ? file.filename : `${file.previousFilename} → ${file.filename}`;
  const summary = html`<summary>
    <code>${name}</code> <span class="quiet small">${file.status}</span>
    ${renderSize(file.additions, file.deletions)}
  </summary>`;
  const content =
    file.patch === null
      ? html`<div class="empty">Nothing to show line by line.</div>`
      : renderPatch(file.patch);
  return html`<div class="box">
    ${
      isOpen
        ? html`<details open>${summary}${content}</details>`
        : html`<details>${summary}${content}</details>`
    }
  </div>`;
}

const CLASS_BY_SIGN: Record<string, string> = { "+": "add", "-": "del", "@": "at" };

function renderPatch(patch: string): Html {
  const lines = patch.split("\n");
  const rest = lines.length - LINES_MAX;
  return html`<pre class="diff">
${lines
      .slice(0, LINES_MAX)
      .map(
        (line) => html`<span class="${CLASS_BY_SIGN[line.charAt(0)] ?? ""}">${line || " "}</span>`,
      )}${rest > 0 ? html`<span class="at">${rest} more lines</span>` : ""}</pre>`;
}
