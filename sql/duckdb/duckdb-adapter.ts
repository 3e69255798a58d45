import { DialectAdapterBase } from 'kysely'

/** What DuckDB can and can't do, as Kysely asks for it. */
export class DuckDBAdapter extends DialectAdapterBase {
  override get supportsReturning(): boolean {
    return true
  }

  override async acquireMigrationLock(): Promise<void> {
    // The lake has no Kysely migrations, and DuckDB lets one process alone write to a file.
  }

  override async releaseMigrationLock(): Promise<void> {
    // See acquireMigrationLock.
  }
}
