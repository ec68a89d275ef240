import { z } from "zod";
import { ANSWERS } from "./api-answers.ts";
import { WINDOWS_DAYS } from "./clock-ask.ts";
import { CLOCK_NAMES, NUMBER_NAMES } from "./number-names.ts";

/** Below it stand all addresses of the API. */
export const API_PATH = "/api/v1";

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly answer: keyof typeof ANSWERS;
  readonly parameters?: readonly string[];
}

const DAYS = "days";
const PAGING = ["page", "perPage"];

/** Of one repository and of all of an installation. */
const OF_BOTH: Readonly<Record<string, Omit<Operation, "id"> & { readonly id: string }>> = {
  report: {
    id: "Report",
    summary: "All numbers of a window, against the window before",
    answer: "Report",
    parameters: [DAYS],
  },
  findings: {
    id: "Findings",
    summary: "What the clocks say only together",
    answer: "Findings",
    parameters: [DAYS],
  },
  "numbers/{number}": {
    id: "Rows",
    summary: "One number, with the rows that it is made of",
    answer: "Rows",
    parameters: ["number", DAYS, ...PAGING],
  },
  comparison: {
    id: "Comparison",
    summary: "Any two windows against each other",
    answer: "Comparison",
    parameters: ["before", "now"],
  },
};

/** The API as OpenAPI 3.1 describes it, made of the schemas of its answers. */
export function describeApi(): Json {
  return {
    openapi: "3.1.1",
    info: {
      title: "Smallbatch",
      version: "1",
      description:
        "The numbers of the three clocks, as the pages show them. What GitHub does not show to whoever asks is missing here, too.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: API_PATH }],
    security: [{ token: [] }, { session: [] }, {}],
    paths: {
      "/repositories": pathOf([], {
        id: "listRepositories",
        summary: "Repositories that are shown to whoever asks",
        answer: "Repositories",
      }),
      "/repositories/{owner}/{name}/releases": pathOf(["owner", "name"], {
        id: "listReleases",
        summary: "What was released of a repository",
        answer: "Releases",
        parameters: PAGING,
      }),
      ...pathsBelow("/repositories/{owner}/{name}", "Repository", ["owner", "name"]),
      ...pathsBelow("/installations/{installation}", "Installation", ["installation"]),
    },
    components: {
      schemas: schemas(),
      parameters: PARAMETERS,
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "A token of one installation: smallbatch tokens create.",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-smallbatch",
          description: "Somebody who is logged in with a browser.",
        },
      },
    },
  };
}

function pathsBelow(path: string, of: string, places: readonly string[]): Json {
  return Object.fromEntries(
    Object.entries(OF_BOTH).map(([end, operation]) => {
      const id = `read${of}${operation.id}`;
      return [`${path}/${end}`, pathOf(places, { ...operation, id })];
    }),
  );
}

function pathOf(
  places: readonly string[],
  { id, summary, answer, parameters = [] }: Operation,
): Json {
  const named = [...places, ...parameters].map((name) => ({
    $ref: `#/components/parameters/${name}`,
  }));
  const isPaged = parameters.includes("page");
  return {
    get: {
      operationId: id,
      summary,
      ...(named.length === 0 ? {} : { parameters: named }),
      responses: {
        200: {
          description: "As asked.",
          ...(isPaged ? { headers: LINK } : {}),
          content: { "application/json": { schema: { $ref: `#/components/schemas/${answer}` } } },
        },
        default: {
          description: "Why not, and what to do.",
          content: {
            "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
          },
        },
      },
    },
  };
}

const LINK = {
  Link: {
    description: "RFC 8288: `next` is missing on the last page.",
    schema: { type: "string" },
  },
} as const;

const inPath = (name: string, schema: Json, description: string): Json => {
  return { name, in: "path", required: true, schema, description };
};

const inQuery = (name: string, schema: Json, description: string): Json => {
  return { name, in: "query", schema, description };
};

const SPAN = { type: "string", examples: ["2026-01-01/2026-02-01"] } as const;

const PARAMETERS: Json = {
  owner: inPath("owner", { type: "string" }, "Login of the owner."),
  name: inPath("name", { type: "string" }, "Present name of the repository."),
  installation: inPath("installation", { type: "integer" }, "Number of the installation."),
  number: inPath(
    "number",
    { type: "string", enum: Object.keys({ ...CLOCK_NAMES, ...NUMBER_NAMES }) },
    "Id of a number.",
  ),
  days: inQuery(
    "days",
    { type: "integer", enum: WINDOWS_DAYS, default: WINDOWS_DAYS[0] },
    "Days of the window.",
  ),
  page: inQuery("page", { type: "integer", minimum: 1, default: 1 }, "Which page."),
  perPage: inQuery(
    "perPage",
    { type: "integer", minimum: 1, maximum: 500, default: 100 },
    "Rows of a page.",
  ),
  before: {
    ...inQuery("before", SPAN, "Window that is compared with, FROM/TO in UTC."),
    required: true,
  },
  now: { ...inQuery("now", SPAN, "Window that is compared, FROM/TO in UTC."), required: true },
};

function schemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(ANSWERS)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, schema]) => {
      const { $schema: _dialect, $id: _id, ...rest } = schema;
      return [id, rest];
    }),
  );
}
