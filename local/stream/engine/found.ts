import type { FindingKind, Severity } from '../../../catalog/stream.ts'
import { type Finding, findingId } from '../../../stream/findings.ts'
import type { MeasureKind } from '../../../stream/rules/measure.ts'
import type { KeyColumn } from '../../../stream/rules/rule.ts'
import { timestampText } from '../../../stream/timestamp.ts'
import type { ClosingWindow } from './closing-window.ts'

interface Found {
  readonly record: FindingKind
  readonly rule: string
  readonly key: KeyColumn
  readonly window: ClosingWindow
  readonly measure: string
  readonly kind?: MeasureKind | undefined
  readonly value: bigint
  readonly details: Record<string, bigint>
  readonly passed?: { readonly severity: Severity; readonly threshold: number }
}

/** The record of stream 2 for what was found in a window: what `insertFinding` says in SQL. */
export function found({ record, rule, key, window, measure, kind, value, details, passed }: Found): Finding {
  const text = String(window.key)
  return {
    id: findingId(rule, text, window.start, window.end),
    record,
    rule,
    key_column: key,
    key_value: text,
    window_start: timestampText(window.start),
    window_end: timestampText(window.end),
    measure,
    measure_value: value,
    severity: passed?.severity ?? null,
    threshold: passed ? BigInt(passed.threshold) : null,
    details,
    user_id: key === 'user_id' ? BigInt(window.key) : null,
    num_actions_per_watermark: key === 'user_id' && kind === 'actions' ? value : null,
  }
}
