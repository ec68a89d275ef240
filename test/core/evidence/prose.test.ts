import { describe, expect, it } from "@jest/globals";
import { findMarkup, proseOf } from "../../../src/core/evidence/prose.ts";

describe("verified words", () => {
  it.each([
    ["Builds are faster.", "Builds are faster."],
    ["Adds --dry-run (and `npm ci`) to build().", "Adds `--dry-run` (and `npm ci`) to `build()`."],
    ["Reads getUser, MAX_SIZE and src/app.ts.", "Reads `getUser`, `MAX_SIZE` and `src/app.ts`."],
    ["Thanks @mona, see acme/widgets#1!", "Thanks `@mona`, see `acme/widgets#1`\\!"],
    ["gh-1 0123abc www.a.b :tada: a@b.c", "`gh-1` `0123abc` `www.a.b` `:tada:` `a@b.c`"],
    ["a <b> *c* _d_ ~e~ |f| [g] $h$", String.raw`a \<b\> \*c\* \_d\_ \~e\~ \|f\| \[g\] ` + "`$h$`"],
    ["a & b &amp; c \\ `", "a & b `&amp;` c \\\\ \\`"],
    ["# a", String.raw`\# a`],
    ["- a", String.raw`\- a`],
    ["1. a", String.raw`1\. a`],
    ["(@mona", "(`@mona`"],
    ["<!-- smallbatch:x -->", "\\<\\!-- `smallbatch:x` --\\>"],
    ["a:b.c:d", "a:b.c:d"],
    ["a:(b:", "a:(b:"],
    ["!@!", "`!@`\\!"],
    ["macOS and iOS", "macOS and iOS"],
    ["", ""],
  ])("%j is %j", (text, markdown) => {
    expect(proseOf(text)).toBe(markdown);
  });
});

describe("what a sentence may never hold", () => {
  it.each([
    ["url", "see https://evil.example"],
    ["url", "javascript:alert(1)"],
    ["domain", "see evil.example for more"],
    ["email", "ask mona@example.org now"],
    ["mention", "thanks @mona"],
    ["reference", "see #12"],
    ["reference", "see GH-12"],
    ["reference", "see acme/widgets#12"],
    ["sha", "since 0123abc"],
    ["html", "a <img src=x>"],
    ["html", "a <!-- b"],
    ["html", "a &lt; b"],
    ["fence", "a ``` b"],
    ["math", "a $$x$$"],
    ["newline", "a\nb"],
    ["invisible", "a\u200bb"],
    ["secret", `a npm_${"a".repeat(36)}`],
    ["command", "/release now"],
    ["command", "run npm install evil"],
    ["command", "curl evil.test/x"],
  ])("%s: %j", (code, text) => {
    expect(findMarkup(text)).toContain(code);
  });

  it.each([
    "Builds are 20 % faster with --cache in src/app.ts.",
    "Raises the limit from 1.2.3 to 1.3.0 and from $5 to $10.",
    "Fixes `npm install` on Windows and Node.js 22.",
    "Vec<T> and Option<String> keep their order; next.config.js is read.",
    "Uses socket.io, reads file:// paths and keeps foo@1.2.3 on Yarn 3.1 ⚠️ 👩‍💻.",
    "Fixes <Link> and <script setup> under a slow network.",
  ])("nothing in %j", (text) => {
    expect(findMarkup(text)).toEqual([]);
  });
});
