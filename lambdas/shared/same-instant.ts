/** Whether two ISO texts name the same point in time: services differ in how they write a second without a fraction. */
export const isSameInstant = (a: string, b: string): boolean => Date.parse(a) === Date.parse(b)
