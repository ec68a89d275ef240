import { z } from "zod";
import { blocksOf } from "./request-rules.ts";
import type { MessageRequest } from "./request.ts";

/** A change as a model reads it out of a tool's result. */
const changeSchema = z.object({
  slot: z.string(),
  title: z.string(),
  labels: z.array(z.string()).default([]),
  breaking: z.array(z.string()).default([]),
  security: z.array(z.string()).default([]),
  description: z.string().default(""),
  commits: z.array(z.string()).default([]),
  files: z.array(z.string()).default([]),
  diff: z.string().default(""),
});

export type Change = z.infer<typeof changeSchema>;

/** What an answer's line is, in the words of the form that was asked for. */
export interface Line {
  readonly pulls: readonly string[];
  readonly text: string;
  readonly category: "feature" | "fix" | "performance" | "other";
  readonly isBreaking: boolean;
  readonly isSecurity: boolean;
  readonly evidence: readonly { readonly pull: string; readonly quote: string }[];
  readonly isSuspicious: boolean;
}

/** One of the models: what it answers to changes. */
export type Draft = (changes: readonly Change[]) => readonly Line[];

/** Null where the conversation holds no changes: the answer is then prose. */
export function readChanges({ messages }: MessageRequest): readonly Change[] | null {
  for (const block of messages.flatMap((message) => blocksOf(message))) {
    if (block.type !== "tool_result" || typeof block.content !== "string") continue;
    const read = z.object({ changes: z.array(changeSchema) }).safeParse(parse(block.content));
    if (read.success) return read.data.changes;
  }
  return null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
