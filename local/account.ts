/** No account of AWS has this number. */
export const ACCOUNT = '000000000000'
