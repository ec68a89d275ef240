import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import {
  chooseTagFormat,
  compareVersions,
  exceedsLevel,
  formatTag,
  isStable,
  maxLevel,
  nextVersion,
  parseTag,
  prereleaseName,
} from "../../src/core/version.ts";

describe("a tag", () => {
  it.each([
    ["v1.4.2", "v{version}", "1.4.2"],
    ["1.4.2", "v{version}", "1.4.2"],
    ["v1.4.2", "{version}", "1.4.2"],
    ["1.4.2", "{version}", "1.4.2"],
    ["v1.4.2-beta.1", "v{version}", "1.4.2-beta.1"],
    ["v1.4.2+build.5", "v{version}", "1.4.2"],
    ["widgets-1.4.2", "widgets-{version}", "1.4.2"],
    ["1.4.2-lts", "{version}-lts", "1.4.2"],
    ["1.4.2", "widgets-{version}", null],
    ["vv1.4.2", "v{version}", null],
    ["v1.4", "v{version}", null],
    ["v01.4.2", "v{version}", null],
    ["v=1.4.2", "v{version}", null],
    ["v 1.4.2", "v{version}", null],
    ["latest", "v{version}", null],
    ["-lt", "{version}-lts", null],
    ["", "v{version}", null],
  ])("%s read as %s is %s", (tag, format, version) => {
    expect(parseTag(tag, format)).toBe(version);
  });

  it("is read back as the version it was made from", () => {
    const part = fc.nat({ max: 9_999 });
    const format = fc.constantFrom("v{version}", "{version}", "pkg-v{version}", "r{version}-x");
    fc.assert(
      fc.property(part, part, part, format, (major, minor, patch, form) => {
        const version = `${major}.${minor}.${patch}`;
        expect(parseTag(formatTag(version, form), form)).toBe(version);
      }),
    );
  });

  it.each([
    [null, null, "v{version}"],
    [null, "v1.0.0", "v{version}"],
    [null, "1.0.0", "{version}"],
    ["r{version}", "1.0.0", "r{version}"],
  ])("has the form: policy %s, base %s, then %s", (policy, base, format) => {
    expect(chooseTagFormat(policy, base)).toBe(format);
  });
});

describe("the next version", () => {
  it.each([
    [null, "patch", "0.1.0"],
    [null, "major", "0.1.0"],
    ["1.4.2", "patch", "1.4.3"],
    ["1.4.2", "minor", "1.5.0"],
    ["1.4.2", "major", "2.0.0"],
    ["0.4.2", "patch", "0.4.3"],
    ["0.4.2", "minor", "0.5.0"],
    ["0.4.2", "major", "0.5.0"],
    ["0.0.3", "patch", "0.0.4"],
    ["0.0.3", "major", "0.1.0"],
  ] as const)("after %s by a %s change is %s", (base, level, next) => {
    expect(nextVersion(base, level)).toBe(next);
  });

  it("is always higher than its base", () => {
    const part = fc.nat({ max: 9_999 });
    const levels = fc.constantFrom("major", "minor", "patch");
    fc.assert(
      fc.property(part, part, part, levels, (major, minor, patch, level) => {
        const base = `${major}.${minor}.${patch}`;
        expect(compareVersions(nextVersion(base, level), base)).toBe(1);
      }),
    );
  });
});

describe("levels", () => {
  it.each([
    ["none", "patch", "patch"],
    ["minor", "patch", "minor"],
    ["major", "minor", "major"],
    ["none", "none", "none"],
  ] as const)("%s and %s give %s", (left, right, highest) => {
    expect(maxLevel(left, right)).toBe(highest);
    expect(maxLevel(right, left)).toBe(highest);
  });

  it("exceed a limit only above it", () => {
    expect(exceedsLevel("minor", "minor")).toBe(false);
    expect(exceedsLevel("major", "minor")).toBe(true);
    expect(exceedsLevel("patch", "none")).toBe(true);
  });

  it.each([
    ["1.5.0-next.2", "next"],
    ["1.5.0-2", null],
    ["1.5.0", null],
  ])("know the name of the prerelease %s", (version, name) => {
    expect(prereleaseName(version)).toBe(name);
  });

  it("know a prerelease", () => {
    expect(isStable("1.0.0")).toBe(true);
    expect(isStable("1.0.0-rc.1")).toBe(false);
  });
});
