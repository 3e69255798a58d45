import { DialectAdapterBase } from 'kysely'

/** What Athena can and can't do, as Kysely asks for it. */
export class AthenaAdapter extends DialectAdapterBase {
  override async acquireMigrationLock(): Promise<void> {
    throw new Error(NO_MIGRATIONS)
  }

  override async releaseMigrationLock(): Promise<void> {
    throw new Error(NO_MIGRATIONS)
  }
}

const NO_MIGRATIONS =
  'Athena can lock no table, so it has no migrations: tables come from CDK and the Glue API.'
