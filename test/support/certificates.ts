import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** A private authority and a server's certificate that it signed, all in PEM, valid for a day. */
export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Made in Node alone: a bare machine has no `openssl` program. Hosts are names or IPv4 addresses. */
export function makeCertificates(hosts: readonly string[]): Certificates {
  const authority = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const server = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const names = hosts.map((host) =>
    /^[\d.]+$/.test(host)
      ? der(0x87, Buffer.from(host.split(".").map(Number)))
      : der(0x82, Buffer.from(host)),
  );
  const basicConstraints = extension("2.5.29.19", sequence(der(0x01, Buffer.from([0xff]))));
  const authorityPem = issue({
    subject: "Test Authority",
    publicKey: authority.publicKey,
    signer: authority.privateKey,
    extensions: [basicConstraints],
  });
  const certificate = issue({
    subject: hosts[0] ?? "",
    publicKey: server.publicKey,
    signer: authority.privateKey,
    extensions: [extension("2.5.29.17", sequence(...names))],
  });
  const key = server.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { authority: authorityPem, certificate, key };
}

/** RFC 5280, section 4.1. */
function issue(request: {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
}): string {
  const algorithm = sequence(oid("1.2.840.10045.4.3.2"));
  const day = 24 * 3_600_000;
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.from([1, Math.floor(Math.random() * 256)])),
    algorithm,
    name("Test Authority"),
    sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + day))),
    name(request.subject),
    request.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...request.extensions)),
  );
  const signature = sign("sha256", body, request.signer);
  const whole = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  // As short as can be: browsers take nothing else.
  const size = length < 0x80 ? [length] : long;
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function time(date: Date): Buffer {
  const text = date.toISOString().replaceAll(/\D/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${text}Z`));
}

function name(commonName: string): Buffer {
  const attribute = sequence(oid("2.5.4.3"), der(0x0c, Buffer.from(commonName)));
  return sequence(der(0x31, attribute));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value));
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}
