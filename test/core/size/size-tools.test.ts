import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "@jest/globals";
import { AttributeRules } from "../../../src/core/size/attributes.ts";
import { sizePolicyOf, sizeSchema } from "../../../src/core/size/size-schema.ts";
import { measureSize } from "../../../src/core/size/size.ts";
import type { ChangedFile } from "../../../src/core/size/size.ts";

interface Tool {
  /** `size` of the policy under which Smallbatch counts as the tool does. */
  readonly size: object;
  readonly cases: readonly {
    readonly name: string;
    /** What is different in the policy. */
    readonly size?: object;
    /** Root's `.gitattributes`. */
    readonly attributes?: string;
    /** Path, added and deleted lines. */
    readonly files: readonly (readonly [string, number, number, "removed"?])[];
    readonly lines: number;
    readonly bucket: string;
  }[];
}

const TOOLS: readonly Tool[] = JSON.parse(
  readFileSync(path.join(import.meta.dirname, "size-tables/tools.json"), "utf8"),
);

const CASES = TOOLS.flatMap(({ size, cases }) =>
  cases.map((one) => ({ attributes: "", ...one, size: { ...size, ...one.size } })),
);

it.each(CASES)("counts as other tools do under their policy: $name", (one) => {
  const usual = { previousPath: null, isBinary: false, real: null } as const;
  const files = one.files.map(([name, additions, deletions, status]): ChangedFile => {
    return { ...usual, path: name, additions, deletions, status: status ?? "modified" };
  });
  const rules = new AttributeRules([{ folder: "", text: one.attributes }]);
  const size = measureSize(
    { files, isTruncated: false, attributesOf: (name) => rules.of(name) },
    sizePolicyOf({ size: sizeSchema.parse(one.size) }),
  );
  expect([size.lines, size.bucket]).toEqual([one.lines, one.bucket]);
});
