import { describe, expect, it } from "@jest/globals";
import { redact, redactSource } from "../../src/core/redact.ts";
import { PROVIDERS } from "../../src/core/secret-forms.ts";

const letters = (count: number) => "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7".repeat(20).slice(0, count);
const hex = (count: number) => "0f1e2d3c4b5a6978".repeat(10).slice(0, count);

/** Pieces, so that no scanner takes this file for a leak. */
const SECRETS: readonly (readonly [name: string, secret: string])[] = [
  ["Amazon", ["AKIA", "ABCDEFGHIJKLMNOP"].join("")],
  ["Slack", `xoxb-${letters(20)}`],
  ["Slack, rotated", `xoxe.xoxp-${letters(20)}`],
  ["Slack, an app", `xapp-1-${letters(20)}`],
  ["Slack, an address", `hooks.slack.com/services/T000/B000/${letters(24)}`],
  ["Discord, an address", `discord.com/api/webhooks/123456/${letters(30)}`],
  ["npm", `npm_${letters(36)}`],
  ["PyPI", `pypi-AgEIcHlwaS5vcmc${letters(40)}`],
  ["RubyGems", `rubygems_${hex(48)}`],
  ["crates.io", `cio${letters(32)}`],
  ["Docker", `dckr_pat_${letters(27)}`],
  ["Google, a key", `AIza${letters(35)}`],
  ["Google, a token", `ya29.${letters(60)}`],
  ["Google, a client", `GOCSPX-${letters(28)}`],
  ["Stripe", `sk_live_${letters(24)}`],
  ["Stripe, a webhook", `whsec_${letters(32)}`],
  ["Shopify", `shpat_${hex(32)}`],
  ["Square", `sq0atp-${letters(22)}`],
  ["SendGrid", `SG.${letters(22)}.${letters(43)}`],
  ["Anthropic", `sk-ant-api03-${letters(90)}`],
  ["OpenAI", `sk-proj-${letters(48)}`],
  ["OpenAI, old", `sk-${letters(48)}`],
  ["Hugging Face", `hf_${letters(34)}`],
  ["GitLab", `glpat-${letters(20)}`],
  ["Vault", `hvs.${letters(30)}`],
  ["DigitalOcean", `dop_v1_${hex(64)}`],
  ["Databricks", `dapi${hex(32)}`],
  ["Telegram", `123456789:AA${letters(33)}`],
  ["age", `AGE-SECRET-KEY-1${"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".repeat(2)}`],
  ["Azure", `AccountKey=${letters(86)}==`],
  ["GitHub", `ghp_${letters(36)}`],
  ["GitHub, fine-grained", `github_pat_${letters(22)}_${letters(59)}`],
  ["a JSON web token", `eyJ${letters(20)}.eyJ${letters(40)}.${letters(43)}`],
  [
    "a private key",
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${letters(64)}\n-----END OPENSSH PRIVATE KEY-----`,
  ],
];

describe("a secret in what people wrote", () => {
  it.each(SECRETS)("goes, by its form alone: %s", (_, secret) => {
    expect(redactSource(`+a ${secret} z`)).toBe("+a [redacted] z");
    expect(redact(`a "${secret}" z`)).toBe('a "[redacted]" z');
  });

  it.each(PROVIDERS)("is found by one form alone, and each form finds one: %s", (form) => {
    const found = SECRETS.filter(([, secret]) => secret.match(form) !== null);
    expect(found).not.toEqual([]);
    const others = PROVIDERS.filter((other) => other !== form);
    const left = found.filter(([, secret]) =>
      others.every((other) => secret.match(other) === null),
    );
    expect(left).not.toEqual([]);
  });

  it.each([
    ['+  password: "kT9$vQ2!xL7#pR4m"', '+  password: "[redacted]"'],
    [`AWS_SECRET_ACCESS_KEY=${letters(40)}`, "AWS_SECRET_ACCESS_KEY=[redacted]"],
    [`  "apiKey": '${hex(32)}',`, `  "apiKey": '[redacted]',`],
    [`auth-key := ${letters(20)}`, "auth-key := [redacted]"],
    ["postgres://app:s3cr3t@db.internal/x", "postgres://app:[redacted]@db.internal/x"],
  ])("goes, by the name that it is given to: %s", (text, left) => {
    expect(redactSource(text)).toBe(left);
    expect(redactSource(left)).toBe(left);
  });

  it.each([
    "Adds basic authentication and bearer authentication.",
    "password=password, secret=self.secret_name_of_2_parts",
    "token: ${{ secrets.GITHUB_TOKEN }}",
    "const accessKey = process.env.ACCESS_KEY_2",
    "secret_name = projects/acme/secrets/widgets-2",
    "password: aaaaaaaaaaaaaaaaaaaaaaaa1",
    "commit 0123456789abcdef0123456789abcdef01234567",
    '"integrity": "sha512-mXJKHhqHkuGjYW0wPZ1vLBNtbRkCQ0XzKRyGNUhtjMT5x9cvCgDhd4oeXiTjGjKQ=="',
    'checksum = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"',
    "github.com/acme/widgets v1.2.3 h1:mXJKHhqHkuGjYW0wPZ1vLBNtbRkCQ0XzKRyGNUhtjMQ=",
    "uses: docker://node:6@sha256:0123456789abcdef",
    'file = "ghp_import-2.1.0-py3-none-any.whl"',
    "key: LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUlJQklqQU5CZ2txaGtpRzl3",
    "resolved 123e4567-e89b-12d3-a456-426614174000",
  ])("is not what only looks like one: %s", (text) => {
    expect(redactSource(text)).toBe(text);
  });
});
