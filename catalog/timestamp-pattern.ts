/**
 * What a time in the stream may look like, as a regular expression of the whole text: naive ISO 8601 as simulators send it
 * (with `T` or a blank, a fraction that may be missing), or with the `UTC` of the CSV files or a `Z`. An offset is refused:
 * this grammar is the Flink source's too. Which days exist, it does not know.
 */
export const TIMESTAMP_PATTERN =
  '^([1-9]\\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]))[T ](([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d)(\\.\\d{1,9})?(Z| UTC)?$'
