/** Runs work one after the other per key, in the order of the calls; keys do not wait for each other. */
export function inOrder(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const before = tails.get(key) ?? Promise.resolve()
    // What failed before must not keep the next from its turn; whoever called it has its error.
    const turn = before.then(work, work)
    tails.set(
      key,
      turn.catch(() => {}),
    )
    return turn
  }
}
