import { CSV_HEADER, REJECT_REASONS, type RejectReason } from '../../../../catalog/events.ts'

/**
 * The grammar of the raw CSV again, in plain TypeScript that reads character by character: no SQL, no regular expression
 * of the product, no cast of an engine. What curation says of a line has to be what this says.
 */
export type Verdict = { event: (string | null)[] } | { reasons: RejectReason[] }

const isDigits = (text: string): boolean => text.length > 0 && [...text].every((c) => c >= '0' && c <= '9')

/** The fields, or undefined where quotes don't come out. */
export function splitFields(line: string): string[] | undefined {
  const fields: string[] = []
  let i = 0
  for (;;) {
    let field = ''
    if (line[i] === '"') {
      i++
      for (;;) {
        if (i >= line.length) return undefined
        if (line[i] !== '"') field += line[i++]
        else if (line[i + 1] === '"') {
          field += '"'
          i += 2
        } else break
      }
      i++
      if (i < line.length && line[i] !== ',') return undefined
    } else {
      while (i < line.length && line[i] !== ',') field += line[i++]
    }
    fields.push(field)
    if (i >= line.length) return fields
    i++
  }
}

const MAX_BIGINT = 2n ** 63n - 1n
const isId = (text: string) => isDigits(text) && String(BigInt(text)) === text && BigInt(text) <= MAX_BIGINT

/** As `YYYY-MM-DD HH:MM:SS`, or undefined. */
function timeOf(text: string): string | undefined {
  const [date = '', time = '', zone, ...more] = text.split(' ')
  if (zone !== 'UTC' || more.length > 0) return undefined
  const [year = '', month = '', day = '', ...moreDate] = date.split('-')
  const [hour = '', minute = '', second = '', ...moreTime] = time.split(':')
  const two = [month, day, hour, minute, second]
  if (moreDate.length > 0 || moreTime.length > 0) return undefined
  if (
    year === '0000' ||
    year.length !== 4 ||
    !isDigits(year) ||
    !two.every((part) => part.length === 2 && isDigits(part))
  )
    return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const calendar = new Date(0)
  calendar.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const exists = calendar.getUTCMonth() === Number(month) - 1 && calendar.getUTCDate() === Number(day)
  return exists ? `${date} ${time}` : undefined
}

/** As a decimal with two places, or undefined. */
function priceOf(text: string): string | undefined {
  const [whole = '', decimals = '0', ...more] = text.split('.')
  if (more.length > 0 || !isDigits(whole) || !isDigits(decimals)) return undefined
  if ([...decimals.slice(2)].some((c) => c !== '0') || BigInt(whole) > 99_999_999n) return undefined
  return `${BigInt(whole)}.${decimals.slice(0, 2).padEnd(2, '0')}`
}

export function judge(line: string, month: string): Verdict {
  const found = new Set<RejectReason>()
  if (line.includes('\ufffd') || line.includes('\0')) found.add('encoding')
  const reasons = () => ({ reasons: REJECT_REASONS.filter((reason) => found.has(reason)) })
  const fields = splitFields(line)
  if (fields?.length !== CSV_HEADER.split(',').length) {
    found.add('column_count')
    return reasons()
  }
  const [
    time = '',
    type = '',
    product = '',
    category = '',
    code = '',
    brand = '',
    price = '',
    user = '',
    session = '',
  ] = fields
  const eventTime = timeOf(time)
  if (!eventTime) found.add('event_time')
  else if (!eventTime.startsWith(month)) found.add('outside_month')
  if (!['view', 'cart', 'remove_from_cart', 'purchase'].includes(type)) found.add('event_type')
  if (!isId(product)) found.add('product_id')
  if (!isId(category)) found.add('category_id')
  if (price !== '' && priceOf(price) === undefined) found.add('price')
  if (!isId(user)) found.add('user_id')
  if (found.size > 0) return reasons()
  const text = (field: string) => field || null
  return {
    event: [
      eventTime ?? null,
      type,
      product,
      category,
      text(code),
      text(brand),
      priceOf(price) ?? null,
      user,
      text(session),
    ],
  }
}
