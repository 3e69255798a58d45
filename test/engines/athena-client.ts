import { AthenaClient } from '@aws-sdk/client-athena'
import { CompiledQuery, Kysely } from 'kysely'
import type { Platform } from '../../local/platform.ts'
import { AthenaDialect } from '../../sql/athena/athena-dialect.ts'

export type AthenaRow = Readonly<Record<string, unknown>>

export interface Athena extends AsyncDisposable {
  readonly db: Kysely<never>
  rows(sql: string): Promise<AthenaRow[]>
}

/** The driver of production, with its own client, against the Athena of a platform; in the analysts' workgroup unless another is named. */
export function athenaOf({ endpoint, names }: Platform, workGroup: string = names.workgroup): Athena {
  const client = new AthenaClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const db = new Kysely<never>({
    dialect: new AthenaDialect({
      client,
      workGroup,
      database: names.viewDatabase,
      poll: { first: 5, max: 100 },
    }),
  })
  return {
    db,
    rows: async (sql) => (await db.executeQuery<AthenaRow>(CompiledQuery.raw(sql))).rows,
    [Symbol.asyncDispose]: () => db.destroy(),
  }
}
