/** `v1.10.0` stands after `v1.9.0`: numbers inside names are compared as numbers. */
const collator = new Intl.Collator("en", { numeric: true });

/** The order of GitHub's list of tags, backwards: the highest name comes last. */
export function compareTags(one: string, other: string): number {
  return collator.compare(one, other);
}
