import { describe, expect, it } from "@jest/globals";
import { renderClientCommands } from "../../../src/core/rollback/client-commands.ts";
import type { ClientScope } from "../../../src/core/rollback/client-commands.ts";
import { renderClients } from "../../../src/core/rollback/installed-clients.ts";
import type { Ecosystem, PublishedPackage } from "../../../src/core/rollback/packages.ts";
import type { Risk } from "../../../src/core/rollback/risk.ts";
import { PLACE, stopped } from "../../support/told-rollbacks.ts";
import { NO_RISK, RESTORING } from "../../support/told-rollbacks.ts";

const SCOPE: ClientScope = {
  repository: "acme/widgets",
  tag: "v1.4.3",
  goodTag: "v1.4.2",
  movesLatest: true,
  released: null,
};

function published(ecosystem: Ecosystem, change: Partial<PublishedPackage> = {}): PublishedPackage {
  return {
    ecosystem,
    name: "widgets",
    bad: ["1.4.3"],
    good: "1.4.2",
    isLockstep: true,
    registry: null,
    ...change,
  };
}

/** The commands alone. */
function commands(own: PublishedPackage, scope: Partial<ClientScope> = {}): readonly string[] {
  const whole = renderClientCommands([own], { ...SCOPE, ...scope }).join("\n");
  return /```sh\n([\s\S]*)\n```/.exec(whole)?.[1]?.split("\n") ?? [];
}

function text(own: PublishedPackage): string {
  return renderClientCommands([own], SCOPE)[0] ?? "";
}

describe("commands for installed clients", () => {
  it.each<[Ecosystem, Partial<PublishedPackage>, readonly string[]]>([
    [
      "npm",
      { name: "@acme/w", bad: ["1.4.3", "1.4.4"] },
      [
        "npm dist-tag add '@acme/w@1.4.2' latest",
        "npm deprecate '@acme/w@1.4.3 || 1.4.4' 'This version was rolled back, use 1.4.2.'",
      ],
    ],
    [
      "npm",
      { good: null, registry: "https://npm.pkg.github.com" },
      [
        "npm deprecate 'widgets@1.4.3' 'This version was rolled back.' --registry=https://npm.pkg.github.com",
      ],
    ],
    [
      "npm",
      { bad: ["2.0.0-rc.1"], good: "2.0.0-rc.0" },
      ["npm deprecate 'widgets@2.0.0-rc.1' 'This version was rolled back, use 2.0.0-rc.0.'"],
    ],
    [
      "crates.io",
      { bad: ["1.4.3", "1.4.4"] },
      ["cargo yank --version 1.4.3 widgets", "cargo yank --version 1.4.4 widgets"],
    ],
    ["RubyGems", {}, ["gem yank widgets --version 1.4.3"]],
    ["Go", { name: "github.com/acme/widgets" }, ["go mod edit -retract=v1.4.3"]],
    ["Packagist", { name: "acme/widgets" }, ["composer require 'acme/widgets:1.4.2'"]],
    ["Packagist", { good: null }, []],
    [
      "NuGet",
      { name: "Acme.W" },
      [
        'dotnet nuget delete Acme.W 1.4.3 --non-interactive --api-key "$NUGET_API_KEY" --source https://api.nuget.org/v3/index.json',
      ],
    ],
    [
      "Hex",
      {},
      ["mix hex.retire widgets 1.4.3 invalid --message 'This version was rolled back, use 1.4.2.'"],
    ],
    ["Maven", { name: "com.acme:w" }, []],
    ["PyPI", {}, []],
    ["pub.dev", {}, []],
    [
      "images",
      { name: "ghcr.io/acme/widgets" },
      ["latest", "1", "1.4"].map(
        (tag) =>
          `docker buildx imagetools create --tag ghcr.io/acme/widgets:${tag} ghcr.io/acme/widgets:1.4.2`,
      ),
    ],
    [
      "images",
      { name: "acme/w", bad: ["2.0.0"] },
      ["docker buildx imagetools create --tag acme/w:latest acme/w:1.4.2"],
    ],
    ["images", { good: null }, []],
    ["images", { bad: ["1.5.0-rc.1"] }, []],
    [
      "actions",
      { name: "action" },
      [
        "git push origin '+refs/tags/v1.4.2^{}:refs/tags/v1'",
        "git push origin '+refs/tags/v1.4.2^{}:refs/tags/v1.4'",
      ],
    ],
    ["actions", { good: null }, []],
  ])("of %s are ready to run: %o", (ecosystem, change, expected) => {
    expect(commands(published(ecosystem, change))).toEqual(expected);
  });

  it("say what has no command", () => {
    expect(text(published("PyPI", { bad: ["1.4.3", "1.5.0-rc.1"] }))).toBe(
      "**PyPI** Yank it, by **Options** on its page: " +
        "[`widgets 1.4.3`](https://pypi.org/manage/project/widgets/release/1.4.3/), " +
        "[`widgets 1.5.0-rc.1`](https://pypi.org/manage/project/widgets/releases/). Then only who asks for exactly it gets it.",
    );
    expect(text(published("Maven", { name: "com.acme:w" }))).toContain(
      "Tell who uses `com.acme:w` to ask for `1.4.2` until",
    );
    expect(text(published("Maven", { good: null }))).toContain("to ask for another version");
    expect(text(published("pub.dev"))).toContain("(https://pub.dev/packages/widgets/admin)");
  });

  it("lead to what is out, once it is, and leave what moved by itself", () => {
    expect(commands(published("npm"), { released: "1.4.5" })).toEqual([
      "npm deprecate 'widgets@1.4.3' 'This version was rolled back, use 1.4.5.'",
    ]);
    const own = published("npm", { isLockstep: false });
    expect(commands(own, { released: "1.4.5" })[0]).toContain("use 1.4.2.");
    expect(commands(published("npm"), { movesLatest: false })).toHaveLength(1);
    expect(commands(published("images"), { movesLatest: false })).toHaveLength(2);
    expect(commands(published("actions"), { goodTag: null })).toEqual([]);
  });

  it("say a retraction of several modules once", () => {
    const [, block] = renderClientCommands(
      [published("Go", { name: "a.example/w" }), published("Go", { name: "b.example/w" })],
      SCOPE,
    );
    expect(block).toBe("```sh\ngo mod edit -retract=v1.4.3\n```");
  });
});

function withPackages(risk: Risk | null, releasedTag: string | null = null): string {
  const restoration = { ...RESTORING, releasedTag, state: "released" as const };
  return renderClients({ ...stopped(), risk, restoration }, PLACE).join("\n\n");
}

describe("the part for installed clients", () => {
  it("is there where something was found", () => {
    expect(withPackages(null)).toBe("");
    expect(withPackages(NO_RISK)).toBe("");
    const risk = { ...NO_RISK, packages: [published("npm"), published("actions")] };
    expect(withPackages(risk)).toMatch(/^### Installed clients\n\nWhoever installed/);
    expect(withPackages(risk)).toContain("Who uses `acme/widgets@v1` follows that tag");
  });

  it("knows the version that is out by the form of the tags", () => {
    const risk = { ...NO_RISK, packages: [published("npm")] };
    expect(withPackages(risk, "v1.4.5")).toContain("use 1.4.5.");
    expect(withPackages(risk, "release-1.4.5")).toContain("use 1.4.2.");
    expect(withPackages(risk, "v1.4")).toContain("use 1.4.2.");
    const own = { ...NO_RISK, packages: [published("npm", { isLockstep: false })] };
    expect(withPackages(own, "v1.4.5")).toContain("use 1.4.2.");
    const other = { ...NO_RISK, packages: [published("npm", { bad: ["9.9.9"] })] };
    expect(withPackages(other, "v1.4.5")).toContain("use 1.4.2.");
    expect(withPackages({ ...risk, packages: [published("npm")] })).toContain("dist-tag");
    const unknown = { ...stopped(), good: null, risk };
    expect(renderClients(unknown, PLACE).join("")).toContain("npm deprecate");
  });
});
