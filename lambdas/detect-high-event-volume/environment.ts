import { z } from 'zod'

const text = z.string().min(1)

/** The names that the reference architecture gives the function's variables. */
const variables = z
  .object({
    cloudwatch_namespace: text,
    cloudwatch_metric: text,
    dynamodb_control_table: text,
    topic_arn: text,
  })
  .transform((v) => ({
    namespace: v.cloudwatch_namespace,
    metric: v.cloudwatch_metric,
    table: v.dynamodb_control_table,
    topicArn: v.topic_arn,
  }))

export type DetectEnvironment = z.output<typeof variables>

/** What the function was deployed with. Read at each call: tests and the embedded platform set it late. */
export const detectEnvironment = (): DetectEnvironment => {
  const parsed = variables.safeParse(process.env)
  if (parsed.success) return parsed.data
  throw new Error(`The function's environment is incomplete:\n${z.prettifyError(parsed.error)}`)
}
