import { z } from 'zod'
import { storedDescription } from '../../sql/athena/stored-view.ts'

const description = z.object({ originalSql: z.string() })

/** The query of a stored view; plain text is taken as it is. */
export const viewSql = ({
  ViewOriginalText = '',
}: {
  readonly ViewOriginalText?: string | undefined
}): string => {
  const stored = storedDescription(ViewOriginalText)
  return stored === undefined ? ViewOriginalText : description.parse(JSON.parse(stored)).originalSql
}
