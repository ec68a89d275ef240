import { renderClientCommands } from "./client-commands.ts";
import type { RollbackPlace } from "./rollback-links.ts";
import { linkRelease } from "./rollback-links.ts";
import type { Rollback } from "./rollback.ts";

/** The part of the rollback issue for those who installed the release. Empty: nothing was found. */
export function renderClients(rollback: Rollback, place: RollbackPlace): readonly string[] {
  const { risk, release, good, movesLatest, restoration } = rollback;
  const packages = risk?.packages ?? [];
  if (packages.length === 0) return [];
  const released = restoration?.releasedTag ?? null;
  const parts = renderClientCommands(packages, {
    repository: place.repository.url.split("/").slice(-2).join("/"),
    tag: release.tag,
    goodTag: good?.tag ?? null,
    movesLatest,
    released: released === null ? null : versionLike(released, rollback),
  });
  return [
    "### Installed clients",
    `Whoever installed ${linkRelease(release.tag, place)} keeps it. What fits, if you publish there, run by somebody who may publish:`,
    ...parts,
  ];
}

/** Version in a tag of the same form as that of the release. Null: it has another form. */
function versionLike(tag: string, { release, risk }: Rollback): string | null {
  const own = risk?.packages.find(({ isLockstep }) => isLockstep)?.bad[0];
  if (own === undefined || !release.tag.endsWith(own)) return null;
  const prefix = release.tag.slice(0, -own.length);
  const version = tag.slice(prefix.length);
  return tag.startsWith(prefix) && /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(version) ? version : null;
}
