import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { redact, redactorOf } from "../../src/core/redact.ts";

const TOKEN = "ghs_16C7e42F292c6912E7710c838347Ae178B4a";
const JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjd9.c2lnbmF0dXJl";
const PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----\n";

describe("text with what looks like a secret", () => {
  it.each([
    ["an installation's token", `Bad token ${TOKEN}.`, "Bad token [redacted]"],
    ["in an address", `?t=${TOKEN}&a=1`, "?t=[redacted]&a=1"],
    ["in JSON", JSON.stringify({ a: `x\n${TOKEN}` }), String.raw`{"a":"x\n[redacted]"}`],
    ["a new one", `ghs_123_${JWT}`, "[redacted]"],
    ["a person's", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "[redacted]"],
    ["a user's", "ghu_16C7e42F292c6912E7710c838347Ae178B4a", "[redacted]"],
    ["a refresh token", "ghr_16C7e42F292c6912E7710c838347Ae178B4a", "[redacted]"],
    ["a fine-grained one", `github_pat_${"a".repeat(22)}_${"b".repeat(59)}`, "[redacted]"],
    ["one of the App itself", `is ${JWT} now`, "is [redacted] now"],
    ["a header", "Authorization: Bearer s3cretvalue", "Authorization: Bearer [redacted]"],
    ["a header in an address", "bearer%20s3cretvalue", "bearer [redacted]"],
    [
      "a clone address",
      "https://x-access-token:s3cret@github.com/acme/widgets.git",
      "https://x-access-token:[redacted]@github.com/acme/widgets.git",
    ],
    [
      "a database",
      "postgres://app:p@ss%2Fw0rd@db.example.com:5432/x",
      "postgres://app:[redacted]@db.example.com:5432/x",
    ],
    [
      "an encoded address",
      "postgres%3A%2F%2Fapp%3As3cret%40db%2Fx",
      "postgres%3A%2F%2Fapp%3A[redacted]%40db%2Fx",
    ],
    ["a parameter", "host=db password=s3cret dbname=x", "host=db password=[redacted] dbname=x"],
    ["a key", `a ${PEM}b`, "a [redacted]\nb"],
    ["a key in JSON", JSON.stringify({ key: PEM, b: 1 }), String.raw`{"key":"[redacted]\n","b":1}`],
    ["a key in an address", encodeURIComponent(PEM), "[redacted]%0A"],
    ["a key that was cut off", JSON.stringify({ key: PEM.slice(0, 40) }), '{"key":"[redacted]"}'],
    ["the head of a key", PEM.slice(0, 40), "[redacted]"],
    ["a key in base64", btoa(PEM), "[redacted]"],
  ])("loses it: %s", (_, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    "A token is minted for repository 42: contents: write",
    "GET https://api.github.com/repos/acme/widgets?per_page=100: 404 Not Found",
    "postgres://db.example.com:5432/smallbatch and mona@example.com",
    "at file:///srv/app/src/main.ts:10:5 by mona@example.com",
    "v1.4.2...v1.4.3 on 16c7e42f292c6912e7710c838347ae178b4a16c7",
    "highs_and_lows",
    "it should look like postgres://user:password@db.example.com/smallbatch.",
    "it should begin with -----BEGIN RSA PRIVATE KEY-----.",
  ])("stays as it is where there is none: %s", (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe("text with a known value", () => {
  const secrets = ["pa$$ wörd/+?", "0123456789abcdef", PEM, "", "short"];
  const clean = redactorOf(secrets);

  it.each([
    ["plain", (secret: string) => secret],
    ["for an address", encodeURIComponent],
    ["in JSON", (secret: string) => JSON.stringify(secret)],
    ["in base64", (secret: string) => Buffer.from(secret).toString("base64")],
    ["in base64 of addresses", (secret: string) => Buffer.from(secret).toString("base64url")],
  ])("loses it: %s", (_, write) => {
    for (const secret of secrets.slice(0, 3)) {
      const text = clean(`before ${write(secret)} after`);
      expect(text).toMatch(/^before "?(\[redacted\][\n\\n]*)+=*"? after$/);
    }
  });

  it("loses a single line of a key, but no ordinary word", () => {
    expect(clean("the line MIIEpAIBAAKCAQEA is short")).toBe("the line [redacted] is short");
  });

  it("is redacted by form alone where no value is known", () => {
    expect(redactorOf([])(`x ${TOKEN}`)).toBe("x [redacted]");
  });

  it("holds none of them, whatever stands around", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(clean(`${before}0123456789abcdef${after}`)).not.toContain("0123456789abcdef");
      }),
    );
  });

  it("is looked through in time that grows with the text alone", () => {
    const hostile = ["://a:", "-----BEGIN PRIVATE KEY-----", "eyJ", "bearer ", "ghs_", "password="];
    for (const part of hostile) {
      const text = part.repeat(100_000 / part.length);
      expect(clean(text).length).toBeGreaterThan(0);
    }
  });
});
