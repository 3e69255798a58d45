import { execFile } from 'node:child_process'
import { z } from 'zod'
import type { Acknowledgement } from './acknowledged.ts'

export interface Finding {
  readonly tool: Acknowledgement['tool']
  readonly id: string
  readonly resource: string
  readonly message: string
}

/** What a checker prints; it ends with a code above zero where it has findings. */
const outputOf = (program: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    // Neither asks the network: one would look for a newer version of itself, the other for guides.
    const env = { ...process.env, BC_SKIP_MAPPING: 'TRUE', CHECKOV_RUN_SCA_PACKAGE_SCAN_V2: 'false' }
    execFile(program, args, { maxBuffer: 1 << 28, env }, (error, stdout, stderr) =>
      stdout.trim() === '' && error ? reject(new Error(`${program}: ${stderr}`)) : resolve(stdout),
    )
  })

const lint = z.array(
  z.object({
    Rule: z.object({ Id: z.string() }),
    Message: z.string(),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullable() }),
  }),
)

export async function cfnLintFindings(program: string, template: string): Promise<Finding[]> {
  const output = await outputOf(program, ['--format', 'json', '--', template])
  return lint.parse(JSON.parse(output || '[]')).map(({ Rule, Message, Location }) => ({
    tool: 'cfn-lint',
    id: Rule.Id,
    resource: String(Location.Path?.[1] ?? ''),
    message: Message,
  }))
}

const checked = z.object({
  results: z.object({
    failed_checks: z.array(z.object({ check_id: z.string(), resource: z.string(), check_name: z.string() })),
  }),
  summary: z.object({ passed: z.number(), parsing_errors: z.number() }),
})

export async function checkovFindings(program: string, template: string) {
  const args = [
    '--framework',
    'cloudformation',
    '--file',
    template,
    '--output',
    'json',
    '--quiet',
    '--skip-download',
  ]
  const { results, summary } = checked.parse(JSON.parse(await outputOf(program, args)))
  if (summary.parsing_errors > 0) throw new Error(`checkov can't read ${template}`)
  const findings = results.failed_checks.map(
    ({ check_id, resource, check_name }): Finding => ({
      tool: 'checkov',
      id: check_id,
      resource: resource.slice(resource.lastIndexOf('.') + 1),
      message: check_name,
    }),
  )
  return { findings, passed: summary.passed }
}
