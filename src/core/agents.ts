import { plainLine } from "./inert.ts";
import type { Actor, Commit } from "./state.ts";

export interface AgentSeen {
  readonly name: string;
  /** What was seen, as text. Untrusted. */
  readonly evidence: string;
}

interface Agent {
  readonly name: string;
  /** Addresses of trailers, exact and lower case: a domain alone also has people. */
  readonly emails: readonly string[];
  /** Numbers in GitHub's `ID+login@users.noreply.github.com` addresses. */
  readonly noreplyIds: readonly string[];
  /** Logins of its accounts, lower case. Without `[bot]` only where no person has the login. */
  readonly logins: readonly string[];
  /** Whole name in a trailer, where it cannot be a person's. */
  readonly names: RegExp | null;
  /** Line that it leaves in a message or a description. */
  readonly footer: RegExp | null;
}

/**
 * Coding agents and their traces, as found in public histories and in the vendors' documentation.
 * Bots that only review are left out. Many people switch the traces off: what is found is a least.
 */
const AGENTS: readonly Agent[] = [
  {
    name: "Claude",
    emails: ["noreply@anthropic.com"],
    noreplyIds: ["209825114", "242468646"],
    logins: ["claude", "claude[bot]", "anthropic-code-agent[bot]"],
    names: /^Claude(?: (?:Code|Opus|Sonnet|Haiku|Fable)\b.*)?$/,
    footer: /^(?:🤖 )?Generated with \[?Claude Code\b|^Claude-Session(?:-Id)?: /m,
  },
  {
    name: "Copilot",
    emails: ["copilot@github.com"],
    noreplyIds: ["198982749", "223556219", "175728472"],
    logins: ["copilot", "copilot[bot]", "copilot-swe-agent[bot]"],
    names: /^copilot-swe-agent\[bot\]$|^Copilot(?: App)?$/,
    footer: /^Agent-Logs-Url: https:\/\/github\.com\//m,
  },
  {
    name: "Cursor",
    emails: ["cursoragent@cursor.com"],
    noreplyIds: ["206951365"],
    logins: ["cursor[bot]", "cursoragent"],
    names: /^Cursor(?: Agent)?$/,
    footer: /^Made with \[Cursor\]|^Made-with: Cursor\b/m,
  },
  {
    name: "Codex",
    emails: ["noreply@openai.com", "codex@openai.com"],
    noreplyIds: ["199175422"],
    logins: ["chatgpt-codex-connector[bot]"],
    names: /^(?:OpenAI |ChatGPT )?Codex$/,
    footer: null,
  },
  {
    name: "Devin",
    emails: [],
    noreplyIds: ["158243242"],
    logins: ["devin-ai-integration[bot]"],
    names: /^Devin AI$/,
    footer: null,
  },
  {
    name: "Jules",
    emails: [],
    noreplyIds: ["161369871"],
    logins: ["google-labs-jules[bot]"],
    names: /^google-labs-jules\[bot\]$/,
    footer: null,
  },
  {
    name: "Factory",
    emails: [],
    noreplyIds: ["138933559"],
    logins: ["factory-droid[bot]"],
    names: null,
    footer: null,
  },
  {
    name: "Amazon Q",
    emails: [],
    noreplyIds: ["208079219"],
    logins: ["amazon-q-developer[bot]"],
    names: null,
    footer: null,
  },
  {
    name: "Cline",
    emails: [],
    noreplyIds: ["205137888"],
    logins: ["cline[bot]"],
    names: null,
    footer: null,
  },
  {
    name: "Aider",
    emails: ["noreply@aider.chat"],
    noreplyIds: [],
    logins: [],
    names: /^aider \(.*\)$/,
    footer: null,
  },
];

/** Characters of a text that are searched, and of a trace that is kept. */
const TEXT_CHARS_MAX = 65_536;
const EVIDENCE_CHARS_MAX = 160;

/** A squash puts trailers anywhere in its body. */
const TRAILER = /^[ \t]*Co-authored-by:?[ \t]+([^<\r\n]{0,200})<([^<>\s]{1,200})>/gim;

/** What was written, and by whom: a unit, or an open pull with its commits. */
export interface Work {
  readonly author: Actor;
  readonly commits: readonly Pick<Commit, "message" | "author">[];
  readonly pull: { readonly body: string } | null;
}

/** Is it the account of a coding agent? Some look like a person's. */
export function isAgent({ login }: Actor): boolean {
  return AGENTS.some(({ logins }) => logins.includes(login.toLowerCase()));
}

/** Agents seen at work on a unit, each once with its first trace. */
export function seeAgents(unit: Work): readonly AgentSeen[] {
  const texts = [...unit.commits.map(({ message }) => message), unit.pull?.body ?? ""].map((text) =>
    text.slice(0, TEXT_CHARS_MAX),
  );
  const logins = [unit.author, ...unit.commits.map(({ author }) => author)].map(
    ({ login }) => login,
  );
  return AGENTS.flatMap((agent) => {
    const evidence = byLogin(agent, logins) ?? byText(agent, texts);
    if (evidence === null) return [];
    return [{ name: agent.name, evidence: plainLine(evidence, EVIDENCE_CHARS_MAX) }];
  });
}

function byLogin(agent: Agent, logins: readonly string[]): string | null {
  const found = logins.find((login) => agent.logins.includes(login.toLowerCase()));
  return found === undefined ? null : `author ${found}`;
}

function byText(agent: Agent, texts: readonly string[]): string | null {
  for (const text of texts) {
    for (const [trailer, name = "", email = ""] of text.matchAll(TRAILER)) {
      if (isAgents(agent, name.trim(), email.toLowerCase())) return trailer.trim();
    }
    const footer = agent.footer?.exec(text);
    if (footer) return text.slice(footer.index).split(/\r?\n/, 1).join("");
  }
  return null;
}

function isAgents(agent: Agent, name: string, email: string): boolean {
  const id = /^(\d+)\+[^@]*@users\.noreply\.github\.com$/.exec(email)?.[1];
  return (
    agent.emails.includes(email) ||
    (id !== undefined && agent.noreplyIds.includes(id)) ||
    agent.names?.test(name) === true
  );
}
