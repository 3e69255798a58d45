// Where neither side has a character from U+D800 on, UTF-16 order is the order of the UTF-8 bytes.
const needsBytes = /[\ud800-\uffff]/

/** S3's order of keys: that of their UTF-8 bytes. */
export const compareKeys = (a: string, b: string): number => {
  if (needsBytes.test(a) || needsBytes.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}
