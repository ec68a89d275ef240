import type { Hostile } from "./entry.ts";
import { HIDDEN_TEXTS } from "./hidden.ts";
import { TITLES } from "./markup.ts";
import { CLAIMS, SECRETS, SENTENCES } from "./sentences.ts";
import { STEERING_TEXTS } from "./steering.ts";

export const CORPUS: readonly Hostile[] = [
  ...HIDDEN_TEXTS,
  ...STEERING_TEXTS,
  ...TITLES,
  ...SENTENCES,
  ...CLAIMS,
  ...SECRETS,
];
