import {
  BatchGetQueryExecutionCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  ListQueryExecutionsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena'

type Row = Record<string, string | undefined>
type Answer = Row[] | { readonly fails: string }

/** Athena that answers by a rule of the test; each query runs for one poll and its result has two rows a page. */
export class FakeAthena {
  readonly statements: string[] = []
  /** What a list of queries has, the newest first; two a page. */
  readonly queries: QueryExecution[] = []
  answer: (sql: string) => Answer | Promise<Answer> = () => []
  readonly #answers: Answer[] = []
  readonly #polled = new Set<string>()

  async send(command: unknown): Promise<unknown> {
    if (command instanceof StartQueryExecutionCommand) {
      const sql = command.input.QueryString ?? ''
      this.statements.push(sql)
      this.#answers.push(await this.answer(sql))
      return { QueryExecutionId: `q${this.#answers.length}` }
    }
    if (command instanceof GetQueryExecutionCommand) return this.#state(command.input.QueryExecutionId ?? '')
    if (command instanceof GetQueryResultsCommand) {
      const { QueryExecutionId = '', NextToken } = command.input
      return this.#results(this.#of(QueryExecutionId), Number(NextToken ?? 0))
    }
    if (command instanceof ListQueryExecutionsCommand) {
      const { WorkGroup, NextToken } = command.input
      const ids = this.queries.filter((query) => query.WorkGroup === WorkGroup).map((q) => q.QueryExecutionId)
      const page = Number(NextToken ?? 0)
      return {
        QueryExecutionIds: ids.slice(page, page + 2),
        NextToken: page + 2 < ids.length ? `${page + 2}` : undefined,
      }
    }
    if (command instanceof BatchGetQueryExecutionCommand) {
      const ids = command.input.QueryExecutionIds ?? []
      return {
        QueryExecutions: this.queries.filter(({ QueryExecutionId = '' }) => ids.includes(QueryExecutionId)),
      }
    }
    throw new Error(`FakeAthena does not know ${(command as object).constructor.name}`)
  }

  #of(id: string): Answer {
    return this.#answers[Number(id.slice(1)) - 1] ?? []
  }

  #state(id: string) {
    const answer = this.#of(id)
    const isFirst = !this.#polled.has(id)
    this.#polled.add(id)
    if (isFirst) return { QueryExecution: { Status: { State: 'RUNNING' } } }
    const Statistics = { DataScannedInBytes: 1000 }
    if (Array.isArray(answer)) return { QueryExecution: { Status: { State: 'SUCCEEDED' }, Statistics } }
    return { QueryExecution: { Status: { State: 'FAILED', StateChangeReason: answer.fails } } }
  }

  #results(answer: Answer, start: number) {
    const rows = Array.isArray(answer) ? answer : []
    const columns = Object.keys(rows[0] ?? {})
    const table = [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    const page = table.slice(start, start + 2)
    const next = start + 2
    return {
      ResultSet: { Rows: page.map((values) => ({ Data: values.map((VarCharValue) => ({ VarCharValue })) })) },
      NextToken: next < table.length ? `${next}` : undefined,
    }
  }
}
