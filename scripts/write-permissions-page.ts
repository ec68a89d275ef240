/** Write the part of `docs/permissions.md` that lists every request, from the table in the code. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { ENDPOINTS, type Endpoint } from "../src/github/endpoints.ts";
import { readDocumentFields } from "./document-fields.ts";
import { renderTable } from "./markdown-table.ts";

export const PERMISSIONS_PAGE = path.join(import.meta.dirname, "..", "docs", "permissions.md");

const START = "<!-- requests: npm run permissions -->";
const END = "<!-- /requests -->";

const BY: Readonly<Record<Endpoint["by"], string>> = {
  nobody: "no token",
  app: "the App itself",
  client: "client id and secret",
  person: "who logged in",
  installation: "an installation",
  repository: "one repository",
  poll: "reading alone",
};

/** `contents: read, checks: write`; a dash where nothing is needed. */
function renderNeeds({ needs }: Endpoint): string {
  const listed = Object.entries(needs).map(([name, access]) => `${name}: ${access}`);
  return listed.length === 0 ? "none" : listed.join(", ");
}

function renderRequests(): readonly string[] {
  return [
    ...renderTable(
      ["request", "token of", "permission", "why", "what declining costs"],
      ENDPOINTS.map((endpoint) => [
        `\`${endpoint.name}\``,
        BY[endpoint.by],
        renderNeeds(endpoint),
        endpoint.why,
        endpoint.declined,
      ]),
    ),
    "",
    "What each GraphQL document reads or changes, as `Type (fields)` of GitHub's schema:",
    "",
    ...readDocumentFields().map(({ name, types }) => {
      const listed = [...types].map(([type, fields]) => `${type} (${fields.join(", ")})`);
      return `- \`${name}\`: ${listed.join("; ")}`;
    }),
  ];
}

/** The page with its generated part renewed. Throws where the page has no place for it. */
export function renewPermissionsPage(page: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${START} and ${END} do not stand in the page`);
  const generated = [START, "", ...renderRequests(), "", ""].join("\n");
  return `${page.slice(0, start)}${generated}${page.slice(end)}`;
}

if (import.meta.main) {
  const page = await readFile(PERMISSIONS_PAGE, "utf8");
  await writeFile(PERMISSIONS_PAGE, renewPermissionsPage(page));
}
