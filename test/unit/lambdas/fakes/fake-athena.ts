import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena'

type Row = Record<string, string | undefined>
type Answer = Row[] | { readonly fails: string }

/** Athena that answers by a rule of the test; each query runs for one poll and its result has two rows a page. */
export class FakeAthena {
  readonly statements: string[] = []
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
    if (Array.isArray(answer)) return { QueryExecution: { Status: { State: 'SUCCEEDED' } } }
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
