/** Patterns of names as a list of what fits one character, read in time that is linear in both. */
export interface Token {
  matches(character: string): boolean;
  /** May it be left out, and may it fit again? */
  readonly isOptional: boolean;
  readonly isRepeated: boolean;
}

/** Steps are at most the tokens times the characters of the name. */
export function matchesTokens(tokens: readonly Token[], name: string): boolean {
  let places = skipOptional([0], tokens);
  for (const character of name) {
    const next = new Set<number>();
    for (const place of places) {
      const token = tokens[place];
      if (token?.matches(character) !== true) continue;
      next.add(place + 1);
      if (token.isRepeated) next.add(place);
    }
    places = skipOptional(next, tokens);
  }
  return places.has(tokens.length);
}

function skipOptional(places: Iterable<number>, tokens: readonly Token[]): ReadonlySet<number> {
  const all = new Set(places);
  // A set hands out what is added while it is walked.
  for (const place of all) if (tokens[place]?.isOptional === true) all.add(place + 1);
  return all;
}

/** Any number of such characters. */
export function anyOf(matches: Token["matches"]): Token {
  return { matches, isOptional: true, isRepeated: true };
}

/** Exactly one such character. */
export function oneOf(matches: Token["matches"]): Token {
  return { matches, isOptional: false, isRepeated: false };
}

/** A character, `\\*` for one that would be special, or a set: `[abc]`, `[0-9]`, `[^0-9]`. */
export function readSingle(part: string): Token {
  const set = /^\[([!^]?)(.+)\]$/su.exec(part);
  if (set === null) {
    const literal = part.startsWith("\\") ? part.slice(1) || part : part;
    return oneOf((own) => own === literal);
  }
  const [, negation, inside = ""] = set;
  const ranges = [...inside.matchAll(/(.)-(.)|./gsu)];
  const isIn = (own: string): boolean =>
    ranges.some(([single, from, to]) =>
      from === undefined || to === undefined ? own === single : from <= own && own <= to,
    );
  return oneOf((own) => isIn(own) === (negation === ""));
}
