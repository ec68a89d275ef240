/** Write the published JSON Schemas from the code that checks them. A test holds them equal. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { formatCardSchema } from "../src/core/card-text.ts";
import { formatCaseSchema } from "../src/core/evidence/case.ts";
import { formatFailureCaseSchema } from "../src/core/failure-cases/case-file.ts";
import { formatPolicySchema } from "../src/core/policy/policy-schema.ts";

const folder = path.join(import.meta.dirname, "..", "docs", "schemas");

for (const [name, schema] of [
  ["policy.v1.json", formatPolicySchema()],
  ["release-card.v1.json", formatCardSchema()],
  ["evaluation-case.v1.json", formatCaseSchema()],
  ["failure-case.v1.json", formatFailureCaseSchema()],
] as const) {
  await writeFile(path.join(folder, name), `${JSON.stringify(schema, null, 2)}\n`);
}
