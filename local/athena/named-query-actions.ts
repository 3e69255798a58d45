import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { documentNames, readDocument, writeDocument } from '../files.ts'
import { pageOf } from '../glue/paging.ts'
import { AwsError, type Registry } from '../registry.ts'
import { findWorkgroup, PRIMARY, type Workgroup } from './workgroups.ts'

const namedQuery = z.object({
  NamedQueryId: z.string(),
  Name: z.string().min(1).max(128),
  Description: z.string().max(1024).optional(),
  Database: z.string().min(1).max(255),
  QueryString: z.string().min(1).max(262_144),
  WorkGroup: z.string(),
  /** Of the request that made it. */
  token: z.string().optional(),
})
type NamedQuery = z.output<typeof namedQuery>

const output = ({ token, ...query }: NamedQuery) => query

/** Athena's saved queries, each a file that a person can read. */
export const registerNamedQueryActions = (
  registry: Registry,
  workgroups: readonly Workgroup[],
  folder: string,
): void => {
  const pathOf = (id: string) => join(folder, `${id}.json`)
  const find = (id: string): NamedQuery | undefined => {
    const document = z.uuid().safeParse(id).success ? readDocument(pathOf(id)) : undefined
    return document === undefined ? undefined : namedQuery.parse(document)
  }
  const get = (id: string): NamedQuery => {
    const found = find(id)
    if (!found) throw new AwsError('InvalidRequestException', `NamedQuery ${id} was not found`)
    return found
  }
  const all = (): NamedQuery[] =>
    documentNames(folder)
      .flatMap((name) => find(name.replace(/\.json$/, '')) ?? [])
      .sort((a, b) => a.Name.localeCompare(b.Name) || a.NamedQueryId.localeCompare(b.NamedQueryId))

  const createInput = namedQuery.omit({ NamedQueryId: true, token: true }).extend({
    WorkGroup: z.string().default(PRIMARY),
    ClientRequestToken: z.string().min(32).max(128).optional(),
  })
  registry.register('athena', 'createNamedQuery', createInput, async ({ ClientRequestToken, ...query }) => {
    findWorkgroup(workgroups, query.WorkGroup)
    const known = ClientRequestToken && all().find(({ token }) => token === ClientRequestToken)
    if (known) return { NamedQueryId: known.NamedQueryId }
    const NamedQueryId = randomUUID()
    writeDocument(pathOf(NamedQueryId), { NamedQueryId, ...query, token: ClientRequestToken })
    return { NamedQueryId }
  })

  const byId = z.object({ NamedQueryId: z.string() })
  registry.register('athena', 'getNamedQuery', byId, async ({ NamedQueryId }) => ({
    NamedQuery: output(get(NamedQueryId)),
  }))
  const several = z.object({ NamedQueryIds: z.array(z.string()).min(1).max(50) })
  registry.register('athena', 'batchGetNamedQuery', several, async ({ NamedQueryIds }) => ({
    NamedQueries: NamedQueryIds.flatMap((id) => find(id) ?? []).map(output),
    UnprocessedNamedQueryIds: NamedQueryIds.filter((id) => !find(id)).map((NamedQueryId) => ({
      NamedQueryId,
      ErrorCode: 'INVALID_INPUT',
      ErrorMessage: `NamedQuery ${NamedQueryId} was not found`,
    })),
  }))
  const listInput = z.object({
    WorkGroup: z.string().default(PRIMARY),
    NextToken: z.string().optional(),
    MaxResults: z.number().int().min(0).max(50).optional(),
  })
  registry.register('athena', 'listNamedQueries', listInput, async ({ WorkGroup, NextToken, MaxResults }) => {
    const { name } = findWorkgroup(workgroups, WorkGroup)
    const found = all().filter((query) => query.WorkGroup === name)
    const { items, ...next } = pageOf(found, NextToken, MaxResults || 50, 'InvalidRequestException')
    return { NamedQueryIds: items.map(({ NamedQueryId }) => NamedQueryId), ...next }
  })
  const change = byId.extend(namedQuery.pick({ Name: true, Description: true, QueryString: true }).shape)
  registry.register('athena', 'updateNamedQuery', change, async (input) => {
    writeDocument(pathOf(input.NamedQueryId), { ...get(input.NamedQueryId), ...input })
    return {}
  })
  registry.register('athena', 'deleteNamedQuery', byId, async ({ NamedQueryId }) => {
    rmSync(pathOf(get(NamedQueryId).NamedQueryId))
    return {}
  })
}
