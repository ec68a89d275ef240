/**
 * After `tsc`: take out of `dist/` what an earlier build left there and nothing makes any more (an
 * old migration would still be run), copy what is not TypeScript into it, and put the command where
 * `npx smallbatch` and npm scripts look for it, so that it works straight after `npm ci`.
 */
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readdir, rm, symlink } from "node:fs/promises";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");
const source = path.join(root, "src");
const target = path.join(root, "dist");

for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const file = path.join(entry.parentPath, entry.name);
  const made = path.join(source, path.relative(target, file));
  const sources = [made, made.replace(/(?:\.d\.ts|\.js)(?:\.map)?$/, ".ts")];
  if (!sources.some((each) => existsSync(each))) await rm(file);
}

for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || entry.name.endsWith(".ts")) continue;
  const file = path.join(entry.parentPath, entry.name);
  const copy = path.join(target, path.relative(source, file));
  await mkdir(path.dirname(copy), { recursive: true });
  await cp(file, copy);
}

const command = path.join(target, "cli", "bin.js");
await chmod(command, 0o755);

if (process.platform !== "win32") {
  const folder = path.join(root, "node_modules", ".bin");
  const link = path.join(folder, "smallbatch");
  await mkdir(folder, { recursive: true });
  await rm(link, { force: true });
  await symlink(path.relative(folder, command), link);
}
