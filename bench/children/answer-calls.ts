// biome-ignore lint/suspicious/noExplicitAny: each call names its own input
type Calls = Readonly<Record<string, (input: any) => unknown>>;

/** Answers the driver's calls until it says `stop`; then the process ends by itself. */
export function answerCalls(calls: Calls): void {
  const all: Calls = { ready: () => true, ...calls };
  process.on('message', ({ id, name, input }: { id: number; name: string; input: unknown }) => {
    void Promise.resolve()
      .then(() => all[name]?.(input))
      .then(
        (answer) => process.send?.({ id, answer }),
        (error: unknown) =>
          process.send?.({ id, error: error instanceof Error ? error.stack : String(error) }),
      );
  });
  // Without the driver nobody needs this process.
  process.once('disconnect', () => setTimeout(() => process.exit(0), 500).unref());
}
