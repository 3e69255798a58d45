/** A text literal of SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A path as a SQL literal for a reader, which takes patterns: what would be one in the path itself stands for itself. */
export const quotedPath = (path: string, pattern = ''): string =>
  quoted(path.replaceAll(/[*?[]/g, '[$&]') + pattern)

/** An identifier of SQL. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`
