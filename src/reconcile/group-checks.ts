import type { OpenPull } from "../core/pulls/open-pull.ts";
import { PREVIEW_CHECK_NAME } from "../core/pulls/pull-check.ts";
import { groupPreviewOf } from "../core/pulls/pull-group.ts";
import type { OurCheck, Sha } from "../core/state.ts";
import type { LinePlanned } from "../core/why.ts";
import type { DoorsRequest } from "./doors-request.ts";
import { checkGroupSize, isSizeTold } from "./pull-sizes.ts";

/** Say on the commit of a merge group what the checks of each of its pulls say. */
export async function checkGroup(
  request: DoorsRequest,
  planned: readonly LinePlanned[],
  {
    pull,
    group,
    isForced,
  }: { readonly pull: OpenPull; readonly group: Sha; readonly isForced: boolean },
): Promise<void> {
  const { forge } = request;
  const [root] = planned.map(({ state }) => state);
  const isPreviewed = planned.some(
    ({ state: { line, head } }) => line.branch === pull.baseBranch && head !== null,
  );
  if (root === undefined || (!isPreviewed && !isSizeTold(root))) return;
  const read = await forge.sizes.readGroup(root, { branch: pull.baseBranch, sha: group });
  if (read === null) return;
  const numbers = read.members ?? [pull.number];
  const isWhole = read.members !== null;
  const pulls = await forge.readOpenPulls(root, numbers);
  const members = numbers.map((number) => ({
    number,
    pull: pulls.find((each) => each.number === number && each.isOpen) ?? null,
  }));
  const known = (check: OurCheck | null) => (isForced ? forget(check) : check);
  const { size, preview } = read;
  await checkGroupSize(request, root, { group, members, isWhole, ourCheck: known(size) });
  if (!isPreviewed) return;
  const previews = members.map(({ number, pull: member }) => ({
    number,
    title: member?.ourCheck?.title ?? null,
  }));
  const check = groupPreviewOf(previews, isWhole);
  if (check.externalId === known(preview)?.externalId) return;
  request.ensureAlone();
  const write = { kind: "writeCheck", name: PREVIEW_CHECK_NAME, sha: group } as const;
  await forge.apply(root, { ...write, existing: preview, ...check });
}

/** It is written again, whatever it says. */
function forget(check: OurCheck | null): OurCheck | null {
  return check === null ? null : { ...check, externalId: "" };
}
