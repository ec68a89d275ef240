import { ZERO_SHA } from "./git.ts";
import type { RefChange } from "./rules.ts";

/** A pkt-line says its own length, with these four digits, in hexadecimal. */
const LENGTH_DIGITS = 4;
const SIDE_BAND_REPORT = 1;
const SIDE_BAND_MESSAGE = 2;

/** What a push asks for: the commands before the pack (`git help protocol-pack`). */
export function parseCommands(body: Buffer): { changes: RefChange[]; hasSideBand: boolean } {
  const changes: RefChange[] = [];
  let hasSideBand = false;
  for (let at = 0; at + LENGTH_DIGITS <= body.length;) {
    const length = Number.parseInt(body.toString("latin1", at, at + LENGTH_DIGITS), 16);
    if (!(length > LENGTH_DIGITS)) break;
    const line = body.toString("utf8", at + LENGTH_DIGITS, at + length);
    const [command = "", capabilities = ""] = line.split("\0");
    if (capabilities.includes("side-band-64k")) hasSideBand = true;
    const [before = "", after = "", ref = ""] = command.trim().split(" ");
    if (ref !== "") {
      changes.push({
        ref,
        before: before === ZERO_SHA ? null : before,
        after: after === ZERO_SHA ? null : after,
      });
    }
    at += length;
  }
  return { changes, hasSideBand };
}

/** The answer that refuses a whole push, in the words of GitHub's GH013. */
export function formatRefusal(
  changes: readonly RefChange[],
  reasons: readonly { ref: string; reason: string }[],
  hasSideBand: boolean,
): Buffer {
  const refused = "push declined due to repository rule violations";
  const report = Buffer.concat([
    packetLine("unpack ok\n"),
    ...changes.map(({ ref }) => packetLine(`ng ${ref} ${refused}\n`)),
    Buffer.from("0000"),
  ]);
  if (!hasSideBand) return report;
  const messages = [...new Set(reasons.map(({ ref }) => ref))].map((ref) => {
    const lines = reasons.filter((each) => each.ref === ref).map(({ reason }) => `- ${reason}\n`);
    return `error: GH013: Repository rule violations found for ${ref}.\n${lines.join("")}`;
  });
  return Buffer.concat([
    ...messages.map((message) => band(SIDE_BAND_MESSAGE, Buffer.from(message))),
    band(SIDE_BAND_REPORT, report),
    Buffer.from("0000"),
  ]);
}

function band(number: number, content: Buffer): Buffer {
  return packetLine(Buffer.concat([Buffer.from([number]), content]));
}

function packetLine(content: string | Buffer): Buffer {
  const data = Buffer.from(content);
  const length = (data.length + LENGTH_DIGITS).toString(16).padStart(LENGTH_DIGITS, "0");
  return Buffer.concat([Buffer.from(length), data]);
}
