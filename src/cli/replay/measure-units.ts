import { AttributeRules } from "../../core/size/attributes.ts";
import type { Attributes } from "../../core/size/attributes.ts";
import type { SizePolicy } from "../../core/size/size-policy.ts";
import { measureSize } from "../../core/size/size.ts";
import type { Size } from "../../core/size/size.ts";
import type { Sha } from "../../core/state.ts";
import type { Unit } from "../../core/units.ts";
import { readNumstat } from "../../git/numstat.ts";
import { readAttributes } from "../../git/size.ts";
import type { Progress } from "./progress.ts";

/** What a unit changed, by the numbers of git alone. */
export interface UnitSize extends Pick<Size, "lines" | "files" | "verdict" | "bucket"> {
  readonly additions: number;
  readonly deletions: number;
}

/** Units by their SHA; null: git could not read one of its files. Throws `git/unusable`. */
export async function measureUnits(
  units: readonly Unit[],
  policy: SizePolicy,
  at: { readonly folder: string; readonly head: Sha; readonly progress: Progress },
): Promise<ReadonlyMap<Sha, UnitSize | null>> {
  const { folder, head, progress } = at;
  const shas = units.map(({ sha }) => sha);
  const [found, attributeFiles] = await Promise.all([
    readNumstat(folder, shas.toReversed(), (done) => progress.judging(done, shas.length)),
    readAttributes(folder, head),
  ]);
  const attributesOf = remember(new AttributeRules(attributeFiles));
  return new Map(
    shas.map((sha) => {
      const files = found.get(sha) ?? null;
      if (files === null) return [sha, null];
      const change = { files, isTruncated: false, attributesOf };
      const { lines, files: spread, verdict, bucket } = measureSize(change, policy);
      const sum = (of: "additions" | "deletions"): number =>
        files.reduce((all, file) => all + file[of], 0);
      const [additions, deletions] = [sum("additions"), sum("deletions")];
      return [sha, { lines, files: spread, verdict, bucket, additions, deletions }];
    }),
  );
}

/** A history names the same paths again and again. */
function remember(rules: AttributeRules): (path: string) => Attributes {
  const known = new Map<string, Attributes>();
  return (file) => {
    const found = known.get(file) ?? rules.of(file);
    known.set(file, found);
    return found;
  };
}
