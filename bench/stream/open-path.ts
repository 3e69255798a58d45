import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openLake } from '../../local/cli/open-lake.ts'
import {
  openStreamPlatform,
  type StreamPlatformOptions,
} from '../../local/stream/runtime/open-stream-platform.ts'

/** The real-time path of a lake of its own, as `lake stream` opens it; the lake goes with it. */
export async function openPath(told: Pick<StreamPlatformOptions, 'onFinding'> = {}) {
  await using resources = new AsyncDisposableStack()
  const root = mkdtempSync(path.join(tmpdir(), 'bench-stream-'))
  resources.defer(() => rmSync(root, { recursive: true, force: true }))
  const lake = resources.use(await openLake({ lake: root }))
  const { platform, deployment } = lake
  const problems: string[] = []
  const stream = resources.use(
    await openStreamPlatform({
      root,
      deployment,
      platform,
      ...told,
      onError: (part, error) => problems.push(`${part}: ${error}`),
      onDiscard: (records) => problems.push(`${records} findings were given up`),
    }),
  )
  const open = resources.move()
  const { region } = deployment
  return { root, region, platform, stream, problems, [Symbol.asyncDispose]: () => open.disposeAsync() }
}

export type Path = Awaited<ReturnType<typeof openPath>>
