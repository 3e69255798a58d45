import { userInfo } from 'node:os'

/** Who is at this command line, as a member of an execution's input: the audit has it. */
export function startedBy(): { readonly startedBy: string } {
  try {
    return { startedBy: userInfo().username }
  } catch {
    // In a container, the user's number may have no name.
    return { startedBy: `uid ${process.getuid?.() ?? 'unknown'}` }
  }
}
