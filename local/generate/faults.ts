import { monthRange, shiftMonth } from '../../catalog/month.ts'

const CATEGORY = '2053013555631882655'
const SESSION = '00000000-0000-4000-8000-000000000000'

/** One line of each kind of bad input that a shop's export has been seen to hold; every one has to be quarantined. */
export const faultyLines = (month: string): Buffer[] => {
  const time = `${month}-15 12:00:00 UTC`
  const later = `${monthRange(shiftMonth(month, 1)).from} UTC`
  const rest = `${CATEGORY},electronics.smartphone,samsung,130.76,520088904,${SESSION}`
  const lines = [
    `${time},view,1004856,${CATEGORY},electronics.smartphone,samsung`,
    `${time},view,1004856,${rest},`,
    `${time},view,1004856,${CATEGORY},electronics.smartphone,"samsung,130.76,520088904,${SESSION}`,
    `${later},view,1004856,${rest}`,
    `${month}-15T12:00:00Z,view,1004856,${rest}`,
    `${time},click,1004856,${rest}`,
    `${time},view,99999999999999999999,${rest}`,
    `${time},view,,${rest}`,
    `${time},view,1004856,${CATEGORY},electronics.smartphone,samsung,-5.00,520088904,${SESSION}`,
    `${time},view,1004856,${CATEGORY},electronics.smartphone,samsung,999999999999.00,520088904,${SESSION}`,
    `${time},view,1004856,${CATEGORY},electronics.smartphone,sam\0sung,130.76,520088904,${SESSION}`,
  ].map((line) => Buffer.from(line))
  const notUtf8 = Buffer.from(
    `${time},view,1004856,${CATEGORY},electronics.smartphone,sam\xffsung,1.00,520088904,${SESSION}`,
    'latin1',
  )
  return [...lines, notUtf8]
}
