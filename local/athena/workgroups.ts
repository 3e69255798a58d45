import { resultsPrefix, s3Uri } from '../../catalog/layout.ts'
import type { Names } from '../../catalog/names.ts'
import { AwsError } from '../registry.ts'

export interface Workgroup {
  readonly name: string
  readonly description: string
  /** Where results go, an s3 URI that ends with `/`. */
  readonly results: string
  /** Clients can't choose another place. */
  readonly isEnforced: boolean
}

/** The workgroup that every account has, and that is taken where none is named. */
export const PRIMARY = 'primary'

/** Athena's workgroups as the deployment makes them, and the one that is always there. */
export const workgroupsOf = ({ workgroup, martWorkgroup, resultsBucket }: Names): readonly Workgroup[] => [
  {
    name: workgroup,
    description: 'Analysts, dashboards, data tests, views.',
    results: s3Uri(resultsBucket, resultsPrefix(workgroup)),
    isEnforced: true,
  },
  {
    name: martWorkgroup,
    description: 'CTAS of marts, for the nightly state machine alone.',
    results: s3Uri(resultsBucket, resultsPrefix(martWorkgroup)),
    isEnforced: false,
  },
  { name: PRIMARY, description: '', results: s3Uri(resultsBucket, ''), isEnforced: false },
]

export const findWorkgroup = (workgroups: readonly Workgroup[], name: string): Workgroup => {
  const found = workgroups.find((workgroup) => workgroup.name === name)
  if (!found) throw new AwsError('InvalidRequestException', `WorkGroup ${name} is not found.`)
  return found
}
