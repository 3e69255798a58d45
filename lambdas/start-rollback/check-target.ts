import { InvalidInputError } from '../shared/errors.ts'
import { listing } from '../shared/listing.ts'
import type { PastRelease, ReleaseHistory } from '../shared/release-history.ts'

/** Refuses a release that readers can't be shown again; the message has those that they can. */
export function checkTarget(name: string, { current, releases }: ReleaseHistory): void {
  const target = releases.find(({ release }) => release.release === name)
  const problem = problemOf(name, target, current)
  if (problem === undefined) return
  const possible = releases.filter((one) => problemOf(one.release.release, one, current) === undefined)
  const names = possible.map(({ release }) => release.release)
  throw new InvalidInputError(
    `${problem} ${names.length > 0 ? `You can go back to ${listing(names, 5)}.` : 'There is none to go back to.'}`,
  )
}

function problemOf(
  name: string,
  target: PastRelease | undefined,
  current: string | null,
): string | undefined {
  if (!target) return `There is no release ${name}.`
  const { vacuumed } = target.release
  if (name === current) return `${name} is the current release already.`
  if (!target.wasCurrent) return `${name} was never published: its night failed.`
  return vacuumed
    ? `${name} was vacuumed on ${vacuumed.at} (${vacuumed.run}): its files are gone.`
    : undefined
}
