import { AppError } from "../errors.ts";

/** Settings from `--env-file`, in the form that `node --env-file` reads. What is set already wins. */
export function loadEnvironmentFile(options: { readonly envFile?: string }): void {
  const { envFile } = options;
  if (envFile === undefined) return;
  try {
    process.loadEnvFile(envFile);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new AppError("usage/invalid", `--env-file: ${envFile} cannot be read (${said})`, {
      retry: { kind: "never" },
    });
  }
}
