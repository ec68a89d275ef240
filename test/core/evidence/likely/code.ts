import type { SourceFile } from "../../../../src/core/evidence/source.ts";
import type { Lots } from "../../../support/seed.ts";
import {
  drawClass,
  drawField,
  drawFlag,
  drawFunction,
  drawNumber,
  drawOption,
  drawPath,
  drawVariable,
  drawVersion,
} from "./vocabulary.ts";

/** What a change takes away and puts in its place; either may be empty. */
export interface Edit {
  readonly path: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** A line of code with names and numbers of its own. */
function drawLine(lots: Lots): string {
  const name = drawFunction(lots);
  return lots.pick([
    () => `const ${drawOption(lots)} = ${drawNumber(lots)};`,
    () => `  return ${name}(${drawOption(lots)}, ${drawNumber(lots)});`,
    () => `if (${drawOption(lots)} > ${drawNumber(lots)}) throw new ${drawClass(lots)}();`,
    () => `export function ${name}(${drawOption(lots)}: number): void {`,
    () => `    let ${drawField(lots)} = ${name}(&${drawField(lots)})?;`,
    () => `    self.${drawField(lots)} += ${drawNumber(lots)};`,
    () => `def ${drawField(lots)}(self, timeout=${drawNumber(lots)}):`,
    () => `  ${drawField(lots)}: ${drawNumber(lots)}`,
    () => `  "${drawOption(lots)}": ${lots.chance(0.5)},`,
    () => `process.env.${drawVariable(lots)} ?? ""`,
    () => `  .option("${drawFlag(lots)}", "Where to look first.")`,
    () => `expect(${name}(${drawNumber(lots)})).toEqual(${drawNumber(lots)});`,
    () => `version = "${drawVersion(lots)}"`,
    () => "  }",
    () => "",
  ])();
}

/** Text of a hunk: the edit between lines that did not change. */
function hunk(lots: Lots, edit: Edit, context: readonly string[] = []): string {
  const around = (): string[] => Array.from({ length: 3 }, () => ` ${drawLine(lots)}`);
  const lines = [
    ...around(),
    ...context.map((line) => ` ${line}`),
    ...edit.removed.map((line) => `-${line}`),
    ...edit.added.map((line) => `+${line}`),
    ...around(),
  ];
  const [from, to] = [lots.between(1, 900), lots.between(1, 900)];
  const [was, is] = [lines.length - edit.added.length, lines.length - edit.removed.length];
  return [`@@ -${from},${was} +${to},${is} @@ ${drawFunction(lots)}`, ...lines].join("\n");
}

/** Edits that have nothing to do with what the sentence says: most of a pull. */
function drawEdit(lots: Lots): Edit {
  const lines = (max: number) => Array.from({ length: lots.between(0, max) }, () => drawLine(lots));
  return { path: drawPath(lots), removed: lines(4), added: [drawLine(lots), ...lines(8)] };
}

/** The files of a pull: its own edits, others beside them, and lines that are shown unchanged. */
export function drawFiles(
  lots: Lots,
  edits: readonly Edit[],
  unchanged: readonly string[],
): readonly SourceFile[] {
  const others = Array.from({ length: lots.between(0, 12) }, () => drawEdit(lots));
  const files = new Map<string, string[]>();
  for (const [at, edit] of [...edits, ...others].entries()) {
    const text = hunk(lots, edit, at === 0 ? unchanged : []);
    files.set(edit.path, [...(files.get(edit.path) ?? []), text]);
  }
  return [...files].map(([path, hunks]) => {
    const patch = hunks.join("\n");
    const count = (sign: string) =>
      patch.split("\n").filter((line) => line.startsWith(sign)).length;
    return { path, previousPath: null, additions: count("+"), deletions: count("-"), patch };
  });
}
