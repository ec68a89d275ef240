import { BUCKETS } from "./size.ts";
import type { Size } from "./size.ts";

interface LabelSeen {
  readonly id: string;
  readonly name: string;
}

const NAMES = BUCKETS.map((bucket) => `size/${bucket}`);

/** Is it one of the labels that say a size? Others that begin so are people's own. */
export function isSizeLabel(name: string): boolean {
  return NAMES.includes(name);
}

/**
 * What is to change so that the label of the size stands, and no other of them. An unknown size has
 * none. Null: nothing.
 */
export function compareSizeLabels(
  size: Size,
  labels: readonly LabelSeen[],
): { readonly add: string | null; readonly remove: readonly LabelSeen[] } | null {
  const wanted = size.verdict === "unknown" ? null : `size/${size.bucket}`;
  const remove = labels.filter(({ name }) => isSizeLabel(name) && name !== wanted);
  const stands = wanted === null || labels.some(({ name }) => name === wanted);
  return stands && remove.length === 0 ? null : { add: stands ? null : wanted, remove };
}
