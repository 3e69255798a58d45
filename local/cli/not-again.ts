/** Lets a text through once in so many milliseconds: what is tried again all the time is not told all the time. */
export function notAgain(ms: number, now: () => number = Date.now): (text: string) => boolean {
  const told = new Map<string, number>()
  return (text) => {
    const last = told.get(text)
    if (last !== undefined && now() - last < ms) return false
    told.set(text, now())
    return true
  }
}
