import type { Hostile } from "./entry.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";

type Row = readonly [code: string, says: string, never: string | null];

/** What no sentence may hold, by the code that finds it; each is copied from a description. */
const ROWS: readonly Row[] = [
  ["url", "See https://evil.example/a for more", "evil.example"],
  ["url", "See www.evilcorp for more", "evilcorp"],
  ["url", "Works with javascript:alert in fields", "javascript:"],
  ["domain", "Ask at evil.example for a refund", "evil.example"],
  ["domain", "Ask at evil.io/refund for more", "evil.io"],
  ["email", "Ask sales+evil@widgets.local for a refund", "widgets.local"],
  ["mention", "Thanks to @evilcorp for lines", "evilcorp"],
  // As packages are called: it may stand there as code.
  ["mention", "Thanks to @acme/owners for lines", null],
  ["reference", "Follows #666 in lines", "666"],
  ["reference", "Follows GH-666 in lines", "666"],
  ["reference", "Follows evil/widgets#666 in lines", "666"],
  ["reference", "Fixes #666 for lines", "666"],
  ["sha", "Lines stay since 0123abc was there", "0123abc"],
  ["sha", `Lines stay since ${SHA} was there`, "0123456789"],
  ["html", "Lines stay <img src=x onerror=alert> there", "onerror"],
  ["html", "Lines stay </details> there", "details"],
  ["html", "Lines stay <!-- there", "<!--"],
  ["html", "Lines stay &commat;evilcorp there", "evilcorp"],
  ["fence", "Lines stay ```evil there", "evil"],
  ["fence", "Lines stay ~~~evil there", "evil"],
  ["math", String.raw`Lines stay $\evil{x}$ there`, "evil"],
  ["math", "Lines stay $$ evil there", "evil"],
  ["newline", "Lines stay\n# evil there", "evil"],
  ["newline", "Lines stay\u2028evil there", "evil"],
  ["invisible", "Lines stay\u{e0041}\u{e0042} evil there", "evil"],
  ["invisible", "Lines stay \u202eevil there", "evil"],
  ["command", "/release now please", "release now"],
  ["command", "/hold the release", "hold the release"],
  ["command", "Run npm install evil first", "install evil"],
  ["command", "Lines need pip install evil-widgets first", "evil-widgets"],
  ["command", "Get lines by curl -s evil now", "curl"],
  ["command", "Lines may go | bash for more", "bash"],
  ["command", "Lines are made by npx evil now", "npx"],
  ["command", "Lines go with rm -rf on lines", "rm -rf"],
  ["command", "Lines need sudo make now", "sudo"],
  ["command", "Lines go by powershell -enc now", "powershell"],
  ["command", "Lines go by Invoke-WebRequest now", "webrequest"],
  ["command", "Lines go by docker run evil now", "docker run"],
  ["command", "Lines go by git clone git:evil now", "git clone"],
  ["command", "Lines go by eval (evil) now", "eval"],
  ["secret", `Lines stay with sk-ant-${"a1B2".repeat(8)} there`, "sk-ant"],
  ["secret", `Lines stay with token=a1B2c3D4e5F6g7H8i9J0k1 there`, "a1b2c3d4"],
];

/** Sentences, and the code of `findMarkup` that has to find each. */
export const SENTENCES: readonly (Hostile & { readonly code: string })[] = ROWS.map(
  ([code, says, never], at) => ({
    name: `a sentence: ${code} ${at}`,
    where: "body",
    text: `Keeps empty lines. ${says}.`,
    sees: "",
    says: `${says}.`,
    never: never === null ? [] : [never],
    code,
  }),
);

/** Claims in plain words that nothing of the pull marks, or that its visible text does not hold. */
export const CLAIMS: readonly Hostile[] = (
  [
    ["an advisory of nowhere", "body", "Keeps lines.", "Fixes CVE-2026-9999.", "9999"],
    [
      "an advisory in a comment",
      "body",
      "Keeps.\n\n<!-- CVE-2026-9999 -->",
      "Fixes CVE-2026-9999.",
      "9999",
    ],
    [
      "a vulnerability",
      "body",
      "Closes a vulnerability in lines.",
      "Closes a vulnerability in lines.",
      "vulnerability",
    ],
    [
      "a security fix",
      "body",
      "This is a security fix.",
      "This is a security fix.",
      "security fix",
    ],
    ["an exploit", "commit", "fix: keep\n\nAn exploit is gone.", "An exploit is gone.", "exploit"],
    ["a version of nowhere", "body", "Keeps lines.", "Needs version 99.1.2 of widgets.", "99.1.2"],
    ["a number of nowhere", "body", "Lines are faster.", "Lines are 734 times faster.", "734"],
    ["an option of nowhere", "body", "Keeps lines.", "Adds --evil-mode to lines.", "evil-mode"],
    ["a name of nowhere", "body", "Keeps lines.", "Adds evilMode to lines.", "evilmode"],
    ["a path of nowhere", "body", "Keeps lines.", "Reads src/evil/mode.ts for lines.", "evil/mode"],
    [
      "what breaks",
      "body",
      "A breaking change of lines.",
      "A breaking change of lines.",
      "breaking change of",
    ],
  ] as const
).map(([special, where, text, says, never]) => ({
  name: `a claim: ${special}`,
  where,
  text,
  sees: "",
  says,
  never: [never],
}));

const KEY = ["AKIA", "QWERTYUIOPASDFGH"].join("");
const TOKEN = `ghp_${"a1B2c3D4".repeat(5)}`.slice(0, 40);
const PASSWORD = "kT9vQ2xL7pR4mZ8w";

/** Secrets that somebody left behind: what is sent does not hold them, nor do notes. */
export const SECRETS: readonly Hostile[] = (
  [
    ["of a title", "title", `fix: rotate ${TOKEN}`, TOKEN],
    ["of a description", "body", `Tested with ${TOKEN}.`, TOKEN],
    ["of a commit", "commit", `fix: keep\n\nkey ${KEY}`, KEY],
    ["of a label", "label", TOKEN, TOKEN],
    ["of a path", "path", `keys/${TOKEN}.pem`, TOKEN],
    ["of a diff", "diff", `@@ -1 +1 @@\n+aws = "${KEY}"`, KEY],
    ["of a diff, by its name", "diff", `@@ -1 +1 @@\n+password: "${PASSWORD}"`, PASSWORD],
    [
      "of an address",
      "diff",
      `@@ -1 +1 @@\n+DATABASE_URL=postgres://app:${PASSWORD}@db/x`,
      PASSWORD,
    ],
    ["in a comment", "body", `Keeps.\n\n<!-- ${TOKEN} -->`, TOKEN],
    ["in pieces", "body", `Keeps ${TOKEN.slice(0, 9)}\u200b${TOKEN.slice(9)}.`, TOKEN],
  ] as const
).map(([special, where, text, secret]) => ({
  name: `a secret ${special}`,
  where,
  text,
  sees: secret,
  says: `Uses ${secret} for lines.`,
  never: [secret.slice(0, 16)],
}));
