/** The values of a partition's keys as one text; a value may hold any character, so no separator would do. */
export const partitionId = (values: readonly string[]): string => JSON.stringify(values)

export const valuesOfId = (id: string): string[] => JSON.parse(id)
