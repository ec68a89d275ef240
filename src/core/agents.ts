import type { AgentTrace } from "./clocks/records.ts";
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
  /** Name of the branches that it makes; absent: it has no form of its own. */
  readonly branch?: RegExp;
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
    branch: /^claude\//,
  },
  {
    name: "Copilot",
    emails: ["copilot@github.com"],
    noreplyIds: ["198982749", "223556219", "175728472"],
    logins: ["copilot", "copilot[bot]", "copilot-swe-agent[bot]"],
    names: /^copilot-swe-agent\[bot\]$|^Copilot(?: App)?$/,
    footer: /^Agent-Logs-Url: https:\/\/github\.com\//m,
    branch: /^copilot\//,
  },
  {
    name: "Cursor",
    emails: ["cursoragent@cursor.com"],
    noreplyIds: ["206951365"],
    logins: ["cursor[bot]", "cursoragent"],
    names: /^Cursor(?: Agent)?$/,
    footer: /^Made with \[Cursor\]|^Made-with: Cursor\b/m,
    branch: /^cursor\/.+-[0-9a-f]{4}$/,
  },
  {
    name: "Codex",
    emails: ["noreply@openai.com", "codex@openai.com"],
    noreplyIds: ["199175422"],
    logins: ["chatgpt-codex-connector[bot]"],
    names: /^(?:OpenAI |ChatGPT )?Codex$/,
    footer: null,
    branch: /^codex\//,
  },
  {
    name: "Devin",
    emails: [],
    noreplyIds: ["158243242"],
    logins: ["devin-ai-integration[bot]"],
    names: /^Devin AI$/,
    footer: null,
    branch: /^devin\/\d{10}-/,
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

/**
 * Accounts that suggest or review, and author nothing: in a trailer they mean that a suggestion was
 * taken. By their number or their login.
 */
const SUGGESTERS: readonly (Pick<Agent, "name" | "noreplyIds" | "logins"> & {
  readonly role: "suggestion" | "review";
})[] = [
  {
    name: "Copilot",
    noreplyIds: ["175728472"],
    logins: ["copilot-pull-request-reviewer[bot]"],
    role: "suggestion",
  },
  {
    name: "Gemini",
    noreplyIds: ["176961590"],
    logins: ["gemini-code-assist[bot]"],
    role: "suggestion",
  },
  {
    name: "CodeRabbit",
    noreplyIds: ["136622811"],
    logins: ["coderabbitai[bot]"],
    role: "review",
  },
];

/** Characters of a text that are searched, and of a trace that is kept. */
const TEXT_CHARS_MAX = 65_536;
const EVIDENCE_CHARS_MAX = 160;

/** A squash puts trailers anywhere in its body. */
const TRAILER = /^[ \t]*Co-authored-by:?[ \t]+([^<\r\n]{0,200})<([^<>\s]{1,200})>/gim;

/** `agent: claude`, `ai/codex`. The name alone is a topic as often. */
const LABEL = /^(?:ai|agent)[-:/ ]+(.+)$/i;

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

/** A pull with all that may show who worked on it. */
export interface Traceable {
  readonly author: Actor;
  readonly body: string;
  /** Null: not known. */
  readonly headBranch: string | null;
  readonly labels: readonly string[];
  /** Null: they were not read. */
  readonly commits: readonly TracedCommit[] | null;
  readonly reviewers: readonly Actor[];
}

export interface TracedCommit {
  readonly message: string;
  /** `ghost` where no account is known. */
  readonly author: Actor;
  /** As git has them; empty: not known. */
  readonly name: string;
  readonly email: string;
}

/**
 * Traces of agents on a pull, each agent once in a role. "author": its account opened the pull or
 * authored a commit. Who switches the traces off leaves none: it is a least.
 */
export function seeTraces(work: Traceable): readonly AgentTrace[] {
  const texts = [...(work.commits ?? []).map(({ message }) => message), work.body].map((text) =>
    text.slice(0, TEXT_CHARS_MAX),
  );
  const found = [
    ...AGENTS.flatMap((agent) => traceAgent(agent, work, texts)),
    ...SUGGESTERS.flatMap((suggester) => traceSuggester(suggester, work, texts)),
  ];
  return found
    .filter(
      (one, at) => at === found.findIndex((it) => it.agent === one.agent && it.role === one.role),
    )
    .map((one) => ({ ...one, evidence: plainLine(one.evidence, EVIDENCE_CHARS_MAX) }));
}

function traceAgent(
  agent: Agent,
  { author, commits, headBranch, labels, reviewers }: Traceable,
  texts: readonly string[],
): readonly AgentTrace[] {
  const is = ({ login }: Actor): boolean => agent.logins.includes(login.toLowerCase());
  const traces: AgentTrace[] = [];
  const add = (role: AgentTrace["role"], from: AgentTrace["from"], evidence: string): void => {
    traces.push({ agent: agent.name, role, from, evidence });
  };
  if (is(author)) add("author", "account", `author ${author.login}`);
  for (const commit of commits ?? []) {
    if (!isCommitOf(agent, commit)) continue;
    const { name, email } = commit;
    add("author", "account", email === "" ? `author ${commit.author.login}` : `${name} <${email}>`);
  }
  for (const trailer of trailersOf(agent, texts)) add("coauthor", "trailer", trailer);
  for (const text of texts) {
    const line = footerOf(agent, text) ?? assistedBy(agent, text);
    if (line !== null) add("coauthor", "text", line);
  }
  if (headBranch !== null && agent.branch?.test(headBranch) === true) {
    add("coauthor", "branch", headBranch);
  }
  const label = labels.find(
    (each) => LABEL.exec(each)?.[1]?.toLowerCase() === agent.name.toLowerCase(),
  );
  if (label !== undefined) add("coauthor", "label", label);
  const reviewer = reviewers.find(is);
  if (reviewer !== undefined) add("review", "account", `review by ${reviewer.login}`);
  return traces;
}

/** `Assisted-by: Claude:claude-opus-4-6`, a convention that several projects ask for. */
function assistedBy({ name }: Agent, text: string): string | null {
  const lines = [...text.matchAll(/^[ \t]*(?:Assisted|Generated)-by:[ \t]*(.{1,200})$/gim)];
  const own = lines.find(([, who = ""]) => {
    const said = who.toLowerCase();
    return said === name.toLowerCase() || said.startsWith(`${name.toLowerCase()}:`);
  });
  return own?.[0].trim() ?? null;
}

function traceSuggester(
  { name: agent, logins, noreplyIds, role }: (typeof SUGGESTERS)[number],
  { reviewers }: Traceable,
  texts: readonly string[],
): readonly AgentTrace[] {
  const traces: AgentTrace[] = texts.flatMap((text) =>
    [...text.matchAll(TRAILER)]
      .filter(([, , email = ""]) => noreplyIds.includes(idIn(email.toLowerCase()) ?? ""))
      .map(([trailer]) => ({ agent, role, from: "trailer", evidence: trailer.trim() })),
  );
  const reviewer = reviewers.find(({ login }) => logins.includes(login.toLowerCase()));
  if (reviewer === undefined) return traces;
  const evidence = `review by ${reviewer.login}`;
  return [...traces, { agent, role: "review", from: "account", evidence }];
}

function isCommitOf(agent: Agent, { author, name, email }: TracedCommit): boolean {
  return (
    agent.logins.includes(author.login.toLowerCase()) || isAgents(agent, name, email.toLowerCase())
  );
}

/** Nobody's account, or that of a bot or an agent, is no person's. */
export function isPersonsCommit(commit: TracedCommit): boolean {
  const { author, name } = commit;
  const isBot = author.isBot || name.endsWith("[bot]");
  return !isBot && !AGENTS.some((agent) => isCommitOf(agent, commit));
}

function byLogin(agent: Agent, logins: readonly string[]): string | null {
  const found = logins.find((login) => agent.logins.includes(login.toLowerCase()));
  return found === undefined ? null : `author ${found}`;
}

function byText(agent: Agent, texts: readonly string[]): string | null {
  for (const text of texts) {
    const seen = [...trailersOf(agent, [text], true)][0] ?? footerOf(agent, text);
    if (seen !== null) return seen;
  }
  return null;
}

function footerOf(agent: Agent, text: string): string | null {
  const footer = agent.footer?.exec(text);
  return footer ? text.slice(footer.index).split(/\r?\n/, 1).join("") : null;
}

/** `withSuggestions`: also where only a suggestion of it was taken. */
function trailersOf(
  agent: Agent,
  texts: readonly string[],
  withSuggestions = false,
): readonly string[] {
  return texts.flatMap((text) =>
    [...text.matchAll(TRAILER)].flatMap(([trailer, name = "", email = ""]) => {
      const id = idIn(email.toLowerCase());
      const isSuggestion = SUGGESTERS.some(({ noreplyIds }) => noreplyIds.includes(id ?? ""));
      if (isSuggestion && !withSuggestions) return [];
      return isAgents(agent, name.trim(), email.toLowerCase()) ? [trailer.trim()] : [];
    }),
  );
}

function idIn(email: string): string | undefined {
  return /^(\d+)\+[^@]*@users\.noreply\.github\.com$/.exec(email)?.[1];
}

function isAgents(agent: Agent, name: string, email: string): boolean {
  const id = idIn(email);
  return (
    agent.emails.includes(email) ||
    (id !== undefined && agent.noreplyIds.includes(id)) ||
    agent.names?.test(name) === true
  );
}
