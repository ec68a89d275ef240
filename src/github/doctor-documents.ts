import { DOCTOR_FOLDERS } from "../core/doctor/doctor-wanted.ts";

/** Rulesets of tags and of the branch; left out for Enterprise Server before 3.11. */
const TAG_RULESETS = `rulesets(first: 50) {
      nodes {
        databaseId name target enforcement
        conditions { refName { include exclude } }
        rules(first: 50) {
          nodes {
            type
            parameters {
              kind: __typename
              ... on TagNamePatternParameters { operator pattern negate }
            }
          }
        }
      }
    }`;
const BRANCH_RULES = `rules(first: 100) {
        nodes {
          type
          repositoryRuleset { name }
          parameters {
            kind: __typename
            ... on PullRequestParameters { requiredApprovingReviewCount }
          }
        }
      }`;

const formatDoctor = (hasRules: boolean) => `
query ReadDoctor($owner: String!, $name: String!, $branchRef: String!, ${DOCTOR_FOLDERS.map((_, at) => `$f${at}: String!`).join(", ")}) {
  repository(owner: $owner, name: $name) {
    hasIssuesEnabled
    ${hasRules ? TAG_RULESETS : ""}
    ref(qualifiedName: $branchRef) {
      refUpdateRule { requiredApprovingReviewCount viewerCanPush }
      ${hasRules ? BRANCH_RULES : ""}
      target {
        kind: __typename
        ... on Commit {
          history(first: 10) {
            nodes {
              oid
              statusCheckRollup {
                contexts(first: 100) {
                  nodes {
                    kind: __typename
                    ... on CheckRun { name checkSuite { app { databaseId slug } } }
                    ... on StatusContext { context }
                  }
                }
              }
            }
          }
        }
      }
    }
    ${DOCTOR_FOLDERS.map((_, at) => `f${at}: object(expression: $f${at}) { ...Names }`).join("\n    ")}
  }
}
fragment Names on GitObject {
  kind: __typename
  ... on Tree { entries { name type size } }
}`;

export const READ_DOCTOR = formatDoctor(true);
export const READ_DOCTOR_WITHOUT_RULES = formatDoctor(false);
