/** Some names for a message, so many that one can act on them and it still fits into an error's cause. */
export const listing = (names: readonly string[], limit = 20, separator = ', '): string =>
  names.length <= limit
    ? names.join(separator)
    : `${names.slice(0, limit).join(separator)}${separator}and ${names.length - limit} more`
