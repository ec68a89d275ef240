import { describe, expect, it } from "@jest/globals";
import { mergePull } from "../../src/local-github/person.ts";
import { runCommand } from "../support/command.ts";
import { useWatchedExample } from "../support/example.ts";

const example = useWatchedExample();

function propose(...options: string[]) {
  return runCommand(["propose", example.running.address.repository, ...options], example.app());
}

async function close(number: number): Promise<void> {
  const { apiUrl, owner, name } = example.running.place;
  await fetch(`${apiUrl}/repos/${owner}/${name}/pulls/${number}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${example.running.address.users.maintain.token}` },
    body: JSON.stringify({ state: "closed" }),
  });
}

function pulls(): readonly string[] {
  const { data } = example.running.local.github;
  return data.issues
    .filter(({ authorAppId }) => authorAppId === example.running.address.appId)
    .map(({ number, state, title }) => `#${number} ${state} ${title}`);
}

describe("smallbatch propose", () => {
  it("shows what it would write, writes it, takes a no, and asks again", async () => {
    const dry = await propose("--dry-run");
    expect(dry).toMatchObject({ code: 0, stderr: "" });
    expect(dry.stdout).toMatch(/^version: 1$/m);
    expect(dry.stdout).toContain("**Merging this starts Smallbatch** on `main`");
    expect(pulls()).toEqual([]);

    const made = await propose();
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const number = Number(/^acme\/widgets: proposed: \S+\/pull\/(\d+)$/m.exec(made.stdout)?.[1]);
    const open = `#${number} open chore: start releasing with Smallbatch`;
    expect(pulls()).toEqual([open]);
    const same = await propose("--json");
    expect(JSON.parse(same.stdout)).toMatchObject({ state: "proposed", outcome: null });

    await close(number);
    const declined = await propose();
    expect(declined.code).toBe(1);
    expect(declined.stdout).toContain(`they said no: ${example.running.address.url}`);
    expect(pulls()).not.toEqual([open]);
    const again = await propose("--again");
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(pulls()).toEqual([open]);

    await mergePull(example.running.place, example.running.address.users.maintain, number);
    const started = await propose();
    expect(started).toMatchObject({ code: 0, stdout: "acme/widgets: started already\n" });
  });

  it("says where the App is not, and what it needs", async () => {
    const elsewhere = await runCommand(["propose", "acme/gadgets"], example.app());
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.stderr).toContain("The App is not installed on acme/gadgets");
    const without = await runCommand(["propose", "acme/widgets"], { ...example.app(), APP_ID: "" });
    expect(without.code).toBe(2);
    expect(without.stderr).toContain("APP_ID: it is missing");
  });
});
