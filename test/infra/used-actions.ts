import { buildSync } from 'esbuild'

/** The IAM action of an SDK command, where it is not the command's own name. */
const ACTIONS: Readonly<Record<string, string>> = {
  HeadObject: 's3:GetObject',
  GetObject: 's3:GetObject',
  PutObject: 's3:PutObject',
  DeleteObject: 's3:DeleteObject',
  DeleteObjects: 's3:DeleteObject',
  ListObjectsV2: 's3:ListBucket',
  /** lib-storage: puts, or a multipart upload, which S3 allows with the same right. */
  Upload: 's3:PutObject',
}
const SERVICES: Readonly<Record<string, string>> = {
  '@aws-sdk/client-athena': 'athena',
  '@aws-sdk/client-databrew': 'databrew',
  '@aws-sdk/client-glue': 'glue',
  '@aws-sdk/client-kinesis': 'kinesis',
  '@aws-sdk/client-quicksight': 'quicksight',
  '@aws-sdk/client-s3': 's3',
  '@aws-sdk/client-sfn': 'states',
  '@aws-sdk/client-sns': 'sns',
  '@aws-sdk/lib-storage': 's3',
}

const IMPORT = /^import \{([^}]*)\} from "([^"]+)";$/gm

/**
 * The actions of the SDK commands that are left of a handler when esbuild has dropped what it does not use: as exact as
 * the bundle that is deployed.
 */
export function usedActions(entry: string): Set<string> {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    treeShaking: true,
    write: false,
  })
  const text = outputFiles[0]?.text ?? ''
  // Import statements keep names whose use was dropped; the text below them does not.
  const code = text.replaceAll(IMPORT, '')
  const actions = [...text.matchAll(IMPORT)].flatMap(([, names = '', from = '']) => {
    const service = SERVICES[from]
    if (!service) return []
    const called = names.split(',').map((name) => name.trim().split(' as '))
    return called
      .filter(([name, local = name]) => new RegExp(`\\b${local}\\b`).test(code))
      .flatMap(([name = '']) => actionOf(service, name))
  })
  return new Set(actions)
}

/** `GetTableCommand`, `paginateListExecutions`, `Upload`. */
function actionOf(service: string, name: string): string[] {
  const command = /^(?:(\w+)Command|paginate(\w+)|(Upload))$/.exec(name)
  const called = command?.[1] ?? command?.[2] ?? command?.[3]
  return called ? [ACTIONS[called] ?? `${service}:${called}`] : []
}
