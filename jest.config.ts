import type { Config } from "jest";

/**
 * No transform: Jest 30.5.2+ lets Node 24 strip the types (jestjs/jest#16421).
 * Column and line numbers survive, so there are no source maps to configure.
 */
const config: Config = {
  extensionsToTreatAsEsm: [".ts"],
  transform: {},
  globalSetup: "<rootDir>/test/support/global-setup.ts",
  globalTeardown: "<rootDir>/test/support/global-teardown.ts",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  injectGlobals: false,
  // Real git, real PostgreSQL: on a busy machine a story may take its time.
  testTimeout: 60_000,
  // Files wait for git and PostgreSQL much of the time: a core left over would stand idle.
  maxWorkers: "100%",
  // Modules of a file outlive it, and V8 counts coverage over all of them again for each further
  // file: without fresh workers a pure test of the 250th file waits ten seconds.
  workerIdleMemoryLimit: "300MB",
  restoreMocks: true,
  coverageProvider: "v8",
  // Measured by `npm run test:core` alone: the decisions are covered by their own tests, and what
  // uses real git and PostgreSQL is spared the time. The table names what is not covered.
  coverageReporters: [["text", { skipFull: true }], "text-summary"],
  collectCoverageFrom: ["src/core/**/*.ts"],
  coverageThreshold: {
    global: {},
    "./src/core/": { branches: 100, functions: 100, lines: 100, statements: 100 },
  },
};

export default config;
