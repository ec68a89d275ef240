/** Progress on standard error: standard output holds the tables alone. */
export function progress(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
