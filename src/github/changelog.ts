import createPreset from "conventional-changelog-conventionalcommits";
import { writeChangelogString } from "conventional-changelog-writer";
import type { ChangelogEntry } from "../core/files/changelog-entry.ts";
import { invariant } from "../errors.ts";

type WriterOptions = NonNullable<Parameters<typeof writeChangelogString>[2]>;

/** The package declares what it makes as `{}`. */
function hasWriter(preset: object): preset is { readonly writer: WriterOptions } {
  return "writer" in preset;
}

/**
 * One section of a changelog in conventional-changelog's form: its writer and the preset's header
 * and lists. The commits that it gets are our units: their sections, order and links are decided.
 */
export async function renderChangelog(entry: ChangelogEntry): Promise<string> {
  const { version, tag, previousTag, date, url, sections } = entry;
  const types = sections.map(({ title }) => ({
    type: title,
    section: title,
    effect: "bump" as const,
  }));
  const preset = createPreset({ types });
  invariant(hasWriter(preset), "the preset of conventional-changelog has no writer");
  const { writer } = preset;
  const commits = sections.flatMap(({ title, lines }) =>
    lines.map((header) => ({ type: title, header, notes: [], references: [] })),
  );
  const { origin, pathname } = new URL(url);
  const [, owner = "", repository = ""] = pathname.split("/");
  return writeChangelogString(
    commits,
    {
      version,
      date,
      host: origin,
      owner,
      repository,
      repoUrl: url,
      linkCompare: previousTag !== null,
      ...(previousTag === null ? {} : { previousTag }),
      currentTag: tag,
    },
    {
      ...writer,
      // Untrusted text is inert already: nothing more becomes a link.
      transform: (commit) => commit,
      commitPartial: (_, commit) => commit.header ?? "",
      commitsSort: () => 0,
      ignoreReverted: false,
    },
  );
}
