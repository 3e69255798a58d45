import type { ExecutorSettings } from '../../local/cli/lake-executions.ts'

/** Settings with which every function has these variables, over what its template says. */
export const withEnvironment = (variables: Readonly<Record<string, string>>): ExecutorSettings => ({
  definitions: (known) => ({
    ...known,
    functions: Object.fromEntries(
      Object.entries(known.functions).map(([name, made]) => [
        name,
        { ...made, environment: { ...made.environment, ...variables } },
      ]),
    ),
  }),
})
