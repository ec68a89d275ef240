/** After the last test file of a run. */
export default async function tearDown(): Promise<void> {
  await globalThis.smallbatchBroker?.stop();
}
