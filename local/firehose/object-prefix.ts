/** The letters of Java's DateTimeFormatter that a prefix may use; `YYYY` would be the year of the week. */
const PARTS: Readonly<Record<string, (time: Date) => number>> = {
  yyyy: (time) => time.getUTCFullYear(),
  MM: (time) => time.getUTCMonth() + 1,
  dd: (time) => time.getUTCDate(),
  HH: (time) => time.getUTCHours(),
}

/** Puts the time, in UTC, where a Firehose prefix says `!{timestamp:yyyy}` and the like. */
export const objectPrefix = (prefix: string, time: Date): string =>
  prefix.replace(/!\{([^}]*)\}/g, (expression, inside: string) => {
    const [, pattern = ''] = /^timestamp:(.+)$/.exec(inside) ?? []
    const part = PARTS[pattern]
    if (!part) throw new Error(`the prefix ${prefix} has ${expression}, which is not emulated`)
    return String(part(time)).padStart(pattern.length, '0')
  })
