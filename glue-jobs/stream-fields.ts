import { activityStream, REPLAY_MARK } from '../catalog/stream.ts'

/**
 * What is taken of a line of JSON before any SQL sees it, as a list of texts: the engines' own JSON readers part where it
 * matters (what they forgive, digits of large numbers, a key that stands twice), V8's and Python's do not. The embedded
 * engine reads lines by `local/curate/json-fields.ts`, Spark by `json_fields` in `curate.py`, and both give:
 * - each column of the stream: a text as it is, a number as the digits that stand there, other values as some text that no
 *   column takes; null for null, for `""` and for what is missing;
 * - `odd`: names of the columns that hold neither text, number nor null, with a blank between them; else null;
 * - the mark of a replay, if the line has one, as some text.
 * A line gives null where it is no JSON object, nests more than `MOST_NESTED` values, or has a text that no column can hold.
 */
export const STREAM_TEXTS = [...Object.keys(activityStream.columns), 'odd', REPLAY_MARK] as (
  | keyof typeof activityStream.columns
  | 'odd'
  | typeof REPLAY_MARK
)[]

/** Where a text stands in the list, from 1. */
export const placeOf = (name: (typeof STREAM_TEXTS)[number]): number => STREAM_TEXTS.indexOf(name) + 1

/** Objects and lists of a line: readers end their stack at different depths. */
export const MOST_NESTED = 500
