import {
  AlreadyExistsException,
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  CreatePartitionCommand,
  DeleteTableCommand,
  EntityNotFoundException,
  GetPartitionsCommand,
  GetTableCommand,
  GetTablesCommand,
  type PartitionInput,
  UpdatePartitionCommand,
} from '@aws-sdk/client-glue'

interface FakeTable {
  readonly columns: string[]
  readonly created: Date
  /** Of a view. */
  readonly text?: string
  /** By values, joined with a slash. */
  readonly partitions: Map<string, PartitionInput>
}

const metadata = { $metadata: {} }
const idOf = ({ Values = [] }: PartitionInput): string => Values.join('/')

/** Glue's Data Catalog in memory, as far as the handlers use it. */
export class FakeGlue {
  readonly tables = new Map<string, FakeTable>()
  /** Sizes of the batches that came. */
  readonly batches: number[] = []
  /** Answers instead, where a test wants an error of the service. */
  failNext: Error | undefined
  /** Partitions by id that the service refuses. */
  readonly refused = new Set<string>()

  addTable(database: string, name: string, columns: string[] = ['a'], created = new Date()): void {
    this.tables.set(`${database}.${name}`, { columns, created, partitions: new Map() })
  }

  /** A view as Athena keeps it. */
  addView(database: string, name: string, sql: string): void {
    const stored = Buffer.from(JSON.stringify({ originalSql: sql })).toString('base64')
    const text = `/* Presto View: ${stored} */`
    this.tables.set(`${database}.${name}`, { columns: [], created: new Date(), text, partitions: new Map() })
  }

  locations(database: string, name: string): Record<string, string | undefined> {
    const partitions = this.tables.get(`${database}.${name}`)?.partitions ?? new Map()
    return Object.fromEntries(
      [...partitions].map(([id, { StorageDescriptor }]) => [id, StorageDescriptor?.Location]),
    )
  }

  async send(command: unknown): Promise<unknown> {
    const error = this.failNext
    this.failNext = undefined
    if (error) throw error
    if (command instanceof GetTableCommand) {
      const { columns } = this.#table(command.input.DatabaseName, command.input.Name)
      const Columns = columns.map((Name) => ({ Name, Type: 'string' }))
      return { Table: { StorageDescriptor: { Columns, InputFormat: 'parquet', Location: 's3://table/' } } }
    }
    if (command instanceof DeleteTableCommand) {
      this.#table(command.input.DatabaseName, command.input.Name)
      this.tables.delete(`${command.input.DatabaseName}.${command.input.Name}`)
      return {}
    }
    if (command instanceof BatchCreatePartitionCommand) {
      const { DatabaseName, TableName, PartitionInputList = [] } = command.input
      const { partitions } = this.#table(DatabaseName, TableName)
      this.batches.push(PartitionInputList.length)
      const refusal = (input: PartitionInput) =>
        this.refused.has(idOf(input))
          ? 'AccessDeniedException'
          : partitions.has(idOf(input)) && 'AlreadyExistsException'
      const bad = PartitionInputList.filter(refusal)
      const Errors = bad.map((input) => ({
        PartitionValues: input.Values,
        ErrorDetail: { ErrorCode: refusal(input), ErrorMessage: 'no' },
      }))
      for (const input of PartitionInputList) if (!refusal(input)) partitions.set(idOf(input), input)
      return { Errors }
    }
    if (command instanceof GetTablesCommand) {
      const { DatabaseName = '', Expression = '.*' } = command.input
      const found = [...this.tables].filter(([id]) => id.startsWith(`${DatabaseName}.`))
      const TableList = found
        .map(([id, { created, text }]) => ({
          Name: id.slice(DatabaseName.length + 1),
          CreateTime: created,
          ViewOriginalText: text,
        }))
        .filter(({ Name }) => new RegExp(`^(?:${Expression})$`).test(Name))
      return { TableList }
    }
    if (command instanceof GetPartitionsCommand) {
      const { DatabaseName, TableName, Expression = '' } = command.input
      const version = /^version = '([^']+)'$/.exec(Expression)?.[1]
      const { partitions } = this.#table(DatabaseName, TableName)
      return { Partitions: [...partitions.values()].filter(({ Values = [] }) => Values[0] === version) }
    }
    if (command instanceof BatchDeletePartitionCommand) {
      const { DatabaseName, TableName, PartitionsToDelete = [] } = command.input
      const { partitions } = this.#table(DatabaseName, TableName)
      this.batches.push(PartitionsToDelete.length)
      const refusal = (id: string) =>
        this.refused.has(id) ? 'AccessDeniedException' : !partitions.delete(id) && 'EntityNotFoundException'
      const Errors = PartitionsToDelete.flatMap(({ Values = [] }) => {
        const ErrorCode = refusal(Values.join('/'))
        return ErrorCode ? [{ PartitionValues: Values, ErrorDetail: { ErrorCode, ErrorMessage: 'no' } }] : []
      })
      return { Errors }
    }
    if (command instanceof CreatePartitionCommand) {
      const { DatabaseName, TableName, PartitionInput = {} } = command.input
      const { partitions } = this.#table(DatabaseName, TableName)
      if (partitions.has(idOf(PartitionInput)))
        throw new AlreadyExistsException({ message: 'exists', ...metadata })
      partitions.set(idOf(PartitionInput), PartitionInput)
      return {}
    }
    if (command instanceof UpdatePartitionCommand) {
      const { DatabaseName, TableName, PartitionInput = {} } = command.input
      this.#table(DatabaseName, TableName).partitions.set(idOf(PartitionInput), PartitionInput)
      return {}
    }
    throw new Error(`FakeGlue does not know ${(command as object).constructor.name}`)
  }

  #table(database = '', name = ''): FakeTable {
    const table = this.tables.get(`${database}.${name}`)
    if (table) return table
    throw new EntityNotFoundException({ message: `${database}.${name}`, ...metadata })
  }
}
