import { z } from 'zod'
import { pageOf } from '../glue/paging.ts'
import type { Registry } from '../registry.ts'
import { findWorkgroup, type Workgroup } from './workgroups.ts'

export const registerWorkgroupActions = (
  registry: Registry,
  workgroups: readonly Workgroup[],
  engineVersion: string,
): void => {
  const EngineVersion = { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: engineVersion }
  const byName = z.object({ WorkGroup: z.string() })
  registry.register('athena', 'getWorkGroup', byName, async ({ WorkGroup }) => {
    const { name, description, results, isEnforced } = findWorkgroup(workgroups, WorkGroup)
    return {
      WorkGroup: {
        Name: name,
        State: 'ENABLED',
        Description: description,
        Configuration: {
          ResultConfiguration: { OutputLocation: results },
          EnforceWorkGroupConfiguration: isEnforced,
          PublishCloudWatchMetricsEnabled: false,
          RequesterPaysEnabled: false,
          EngineVersion,
        },
      },
    }
  })
  const listInput = z.object({
    NextToken: z.string().optional(),
    MaxResults: z.number().int().min(1).max(50).optional(),
  })
  registry.register('athena', 'listWorkGroups', listInput, async ({ NextToken, MaxResults = 50 }) => {
    const { items, ...next } = pageOf(workgroups, NextToken, MaxResults, 'InvalidRequestException')
    return {
      WorkGroups: items.map(({ name, description }) => ({
        Name: name,
        State: 'ENABLED',
        Description: description,
        EngineVersion,
      })),
      ...next,
    }
  })
}
