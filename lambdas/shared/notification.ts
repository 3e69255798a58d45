/** What the state machine hands to SNS. */
export interface Notification {
  readonly subject: string
  readonly message: string
}

/** SNS takes subjects of up to 100 printable ASCII characters. */
export const notification = (subject: string, lines: readonly string[]): Notification => ({
  subject: subject.replaceAll(/[^ -~]+/g, '?').slice(0, 100),
  message: lines.join('\n'),
})
