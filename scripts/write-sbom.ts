/**
 * Print the software bill of materials of what runs in production (CycloneDX 1.5). `npm sbom
 * --omit dev` leaves out every package that a development dependency needs as well, so npm lists
 * all of the lock file, and what production does not reach is taken away here.
 *
 *     npm run -s sbom > sbom.cdx.json
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const ROOT = path.join(import.meta.dirname, "..");

const names = z.record(z.string(), z.string()).default({});
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      name: z.string().optional(),
      version: z.string().optional(),
      integrity: z.string().optional(),
      dependencies: names,
      optionalDependencies: names,
      peerDependencies: names,
      peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean() })).default({}),
    }),
  ),
});

type Lock = z.infer<typeof lockSchema>["packages"];

const bomSchema = z.looseObject({
  components: z.array(
    z.looseObject({
      "bom-ref": z.string(),
      hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
  metadata: z.looseObject({ component: z.looseObject({ "bom-ref": z.string() }) }),
});

type Bom = z.infer<typeof bomSchema>;

/** By `name@version`, every package that production installs, with its hash, by the lock file. */
export function readProduction(): ReadonlyMap<string, string> {
  const text = readFileSync(path.join(ROOT, "package-lock.json"), "utf8");
  const lock = lockSchema.parse(JSON.parse(text)).packages;
  const reached = new Set<string>();
  const visit = (place: string): void => {
    const entry = lock[place];
    if (entry === undefined || reached.has(place)) return;
    reached.add(place);
    const peers = Object.keys(entry.peerDependencies).filter(
      (name) => entry.peerDependenciesMeta[name]?.optional !== true,
    );
    const needed = { ...entry.dependencies, ...entry.optionalDependencies };
    for (const name of [...Object.keys(needed), ...peers]) {
      visit(resolve(lock, place, name) ?? "(none)");
    }
  };
  visit("");
  reached.delete("");
  return new Map(
    [...reached].map((place) => [
      `${nameAt(lock, place)}@${lock[place]?.version}`,
      lock[place]?.integrity ?? "",
    ]),
  );
}

/** As Node looks for it: beside, then further up. */
function resolve(lock: Lock, from: string, name: string): string | null {
  for (let at: string | null = from; at !== null;) {
    const place = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (place in lock) return place;
    const cut: number = at.lastIndexOf("node_modules/");
    at = at === "" ? null : at.slice(0, Math.max(0, cut - 1));
  }
  return null;
}

function nameAt(lock: Lock, place: string): string {
  return lock[place]?.name ?? place.slice(place.lastIndexOf("node_modules/") + 13);
}

export function renderBom(): Bom {
  const listed = execFileSync(
    "npm",
    ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"],
    { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  const bom = bomSchema.parse(JSON.parse(listed));
  const kept = readProduction();
  const own = bom.metadata.component["bom-ref"];
  const isKept = (ref: string): boolean => ref === own || kept.has(ref);
  return {
    ...bom,
    // npm takes the name of the folder.
    metadata: { ...bom.metadata, component: { ...bom.metadata.component, name: "smallbatch" } },
    // npm takes a copy without a hash where another package bundles the same version.
    components: bom.components
      .filter((component) => isKept(component["bom-ref"]))
      .map((component) => ({ ...component, hashes: hashesOf(kept.get(component["bom-ref"])) })),
    dependencies: bom.dependencies
      .filter(({ ref }) => isKept(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isKept) })),
  };
}

/** `sha512-BASE64` of the lock file as CycloneDX writes it. */
function hashesOf(integrity = ""): { alg: string; content: string }[] {
  const content = Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex");
  return [{ alg: "SHA-512", content }];
}

if (import.meta.main) console.log(JSON.stringify(renderBom(), null, 2));
