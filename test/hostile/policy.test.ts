import { describe, expect, it } from "@jest/globals";
import { parsePolicy, POLICY_BYTES_MAX } from "../../src/core/policy/policy.ts";
import { useStage } from "../support/stage.ts";
import { policyFile } from "../support/states.ts";
import { POLICIES } from "./texts.ts";

describe("a policy file", () => {
  it.each(POLICIES)("of %s is refused, with a place and few words", (_, text) => {
    const parsed = parsePolicy(policyFile(text));
    const errors = parsed.kind === "invalid" ? parsed.errors : [];
    expect(parsed.kind).toBe("invalid");
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThanOrEqual(20);
    expect(errors[0]).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
  });

  it.each([
    ["one byte less than 64 KiB", POLICY_BYTES_MAX - 1, "valid"],
    ["64 KiB", POLICY_BYTES_MAX, "valid"],
    ["one byte more", POLICY_BYTES_MAX + 1, "invalid"],
  ])("of %s", (_, bytes, kind) => {
    expect(POLICY_BYTES_MAX).toBe(65_536);
    const text = "version: 1\n#".padEnd(bytes, "x");
    expect(parsePolicy({ ...policyFile(text), sizeBytes: bytes })).toMatchObject({ kind });
  });

  it.each([
    ["a byte order mark", "\u{feff}version: 1\nauto: none\n"],
    ["CRLF", "version: 1\r\nauto: none\r\n"],
  ])("with %s is read as without", (_, text) => {
    expect(parsePolicy(policyFile(text))).toMatchObject({
      kind: "valid",
      policy: { auto: "none" },
    });
  });

  it("leaves every object as it was", () => {
    for (const [, text] of POLICIES) parsePolicy(policyFile(text));
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect({}).not.toHaveProperty("auto");
  });
});

const stage = useStage();

/** Put an entry of git at the place of the policy, as no editor would. */
async function place(
  scenario: Awaited<ReturnType<typeof stage.open>>,
  mode: "120000" | "160000" | "040000" | "100644",
  content: Buffer,
): Promise<void> {
  const { git } = stage.github.github;
  const { id } = scenario.repository;
  const run = async (args: string[], input?: Buffer): Promise<string> =>
    (await git.run(id, args, input === undefined ? {} : { input })).trim();
  const head = await scenario.head();
  let sha = head;
  if (mode === "120000" || mode === "100644") {
    sha = await run(["hash-object", "-w", "--stdin"], content);
  } else if (mode === "040000") {
    const blob = await run(["hash-object", "-w", "--stdin"], content);
    sha = await run(["mktree"], Buffer.from(`100644 blob ${blob}\tversion\n`));
  }
  const type = { "120000": "blob", "100644": "blob", "160000": "commit", "040000": "tree" }[mode];
  const entry = Buffer.from(`${mode} ${type} ${sha}\tsmallbatch.yml\n`);
  const folder = await run(["mktree", "--missing"], entry);
  const root = await run(["mktree"], Buffer.from(`040000 tree ${folder}\t.github\n`));
  const commit = await run(
    ["-c", "user.name=mona", "-c", "user.email=mona@example.com", "commit-tree", root].concat([
      "-p",
      head,
      "-m",
      "fix: odd",
    ]),
  );
  await run(["update-ref", "refs/heads/main", commit]);
}

describe("at the place of the policy", () => {
  it.each([
    ["a symbolic link to /etc/passwd", "120000", Buffer.from("/etc/passwd")],
    ["a symbolic link upwards", "120000", Buffer.from("../../../../secret.yml")],
    ["a submodule", "160000", Buffer.from("")],
    ["a folder", "040000", Buffer.from("version: 1\n")],
    ["bytes that are no UTF-8", "100644", Buffer.from([0x76, 0xff, 0xfe, 0x00, 0x01])],
    ["a file of 1 MB", "100644", Buffer.alloc(1_000_000, "a: 1\n")],
  ] as const)("%s stops releases and says so", async (_, mode, content) => {
    const scenario = await stage.open({ policy: null, release: "v1.0.0" });
    await place(scenario, mode, content);
    await scenario.status(await scenario.head(), "success");
    const { plan } = await scenario.look();
    expect(plan.actions.map(({ kind }) => kind)).not.toContain("createTag");
    expect(plan.reason.text).not.toContain("root:");
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.0.0"]);
    expect(plan.reason.code).toMatch(/policy|not-started|watch/);
  });
});
