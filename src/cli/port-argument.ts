import { InvalidArgumentError } from "commander";

/** The value of `--port`. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("It should be a whole number from 0 (any free port) to 65535.");
}
