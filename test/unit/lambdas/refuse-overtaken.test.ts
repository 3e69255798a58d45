import { beforeEach, describe, expect, it } from 'vitest'
import { refuseOvertaken } from '../../../lambdas/plan-marts/refuse-overtaken.ts'
import { putRun, release } from './fakes/documents.ts'
import { type FakeAws, fakeAws } from './fakes/fake-aws.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

const SLICE = 'csv-2019-10'
/** A release with this version of the slice. */
const current = (version: string) =>
  release({ slices: { [SLICE]: { version, source: 'csv', month: '2019-10', fingerprint: 'f', rows: 1 } } })
const planned = (replaces?: Record<string, string | null>) =>
  putRun(aws, 'plan', { slices: [SLICE], unchanged: [], notes: [], ...(replaces && { replaces }) })
const own = [{ slice: SLICE, version: `${SLICE}@r1`, outcome: 'registered' as const }]

describe('a night that is redriven after another one has published', () => {
  it('does not put its older version in the place of the newer one', async () => {
    planned({ [SLICE]: `${SLICE}@r0` })
    await expect(refuseOvertaken('r1', own, current(`${SLICE}@r2`))).rejects.toMatchObject({
      name: 'OvertakenError',
      message:
        'Since run r1 was planned, another release has become current: csv-2019-10 was csv-2019-10@r0 and is ' +
        'csv-2019-10@r2 now. Nothing was published. Start a new execution: it takes the files as they are now.',
    })
  })

  it('does not bring back what has left the release, nor take the place of what was new', async () => {
    planned({ [SLICE]: `${SLICE}@r0` })
    await expect(refuseOvertaken('r1', own, release({ slices: {} }))).rejects.toThrow(/and is gone now/)
    planned({ [SLICE]: null })
    await expect(refuseOvertaken('r1', own, current(`${SLICE}@r2`))).rejects.toThrow(/was not there and is/)
  })

  it('goes on where the other one published other slices, or this night’s own version', async () => {
    planned({ [SLICE]: `${SLICE}@r0` })
    await refuseOvertaken('r1', own, current(`${SLICE}@r0`))
    await refuseOvertaken('r1', own, current(`${SLICE}@r1`))
    planned({ [SLICE]: null })
    await refuseOvertaken('r1', own, undefined)
  })

  it('goes on where nobody knows what it was to replace: what former versions planned does not say', async () => {
    planned()
    await refuseOvertaken('r1', own, current(`${SLICE}@r2`))
    await refuseOvertaken('r9', own, current(`${SLICE}@r2`))
    await refuseOvertaken('r1', [], undefined)
  })
})
