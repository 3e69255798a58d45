/** A text literal of SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** An identifier of SQL. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`
