const NAMES = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const LONG =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?'
const YEAR = '(?<!\\d)(?<year>(?:19|20)\\d\\d)'
const GAP = '[-_. ]*'

const PATTERNS = [
  // 2019-Oct, 2019_october_v2
  new RegExp(`${YEAR}${GAP}(?<name>${LONG})(?![a-z])`),
  // oct_2019, October 2019
  new RegExp(`(?<![a-z])(?<name>${LONG})${GAP}(?<year>(?:19|20)\\d\\d)(?!\\d)`),
  // 2019-10, 201910, 2019_10_01, 20191001
  new RegExp(`${YEAR}[-_. ]?(?<number>0[1-9]|1[0-2])(?:[-_. ]?[0-3]\\d)?(?!\\d)`),
  // 10-2019
  /(?<!\d)(?<number>0[1-9]|1[0-2])[-_. ](?<year>(?:19|20)\d\d)(?!\d)/,
]

/** The month (`2019-10`) that a file's name tells, undefined where it tells none. */
export const monthInName = (name: string): string | undefined => {
  for (const pattern of PATTERNS) {
    const { year, number, name: word } = pattern.exec(name.toLowerCase())?.groups ?? {}
    if (year === undefined) continue
    const month = number ?? String(NAMES.indexOf(word?.slice(0, 3) ?? '') + 1).padStart(2, '0')
    return `${year}-${month}`
  }
  return undefined
}
