import {
  BROWSING_SESSIONS,
  BUYERS,
  BUYING_SESSIONS,
  NEW_USERS,
  ORDERS,
  SESSIONS_PER_USER,
} from './calibration.ts'
import { keyOf, Permutation } from './random.ts'

type Groups = readonly (readonly [sessions: number, share: number])[]

/** Maps sessions to users so that the users have as many sessions as the groups say, without a table of users. */
class Slots {
  readonly #groups: { readonly sessions: number; readonly users: number }[]
  readonly #order: Permutation
  readonly #slots: number

  constructor(groups: Groups, users: number, slots: number, key: number) {
    this.#groups = groups.map(([sessions, share]) => ({ sessions, users: Math.round(share * users) }))
    this.#order = new Permutation(slots, key)
    this.#slots = slots
  }

  userOf(session: number): number {
    let slot = this.#order.at(session % this.#slots)
    let first = 0
    for (const { sessions, users } of this.#groups) {
      if (slot < sessions * users) return first + Math.floor(slot / sessions)
      slot -= sessions * users
      first += users
    }
    return slot % Math.max(1, first)
  }
}

const FIRST_USER_ID = 474_000_000
/** Real ids spread over some 130 million numbers. */
const USER_IDS = 2 ** 27

/** Who the sessions of a month belong to. Months of like size share 46 % of their users with the one before. */
export class Visitors {
  readonly #browsing: Slots
  readonly #buying: Slots
  readonly #mixed: Permutation
  readonly #ids = new Permutation(USER_IDS, keyOf('user ids'))
  readonly #first: number
  readonly #users: number

  constructor(key: number, month: string, sessions: number) {
    const users = Math.max(1, Math.round(sessions / SESSIONS_PER_USER))
    const buying = Math.max(1, Math.round(sessions * BUYING_SESSIONS))
    this.#users = users
    this.#browsing = new Slots(BROWSING_SESSIONS, users, Math.max(1, sessions - buying), key)
    this.#buying = new Slots(ORDERS, Math.max(1, Math.round(users * BUYERS)), buying, key + 1)
    this.#mixed = new Permutation(users, key + 2)
    const [year = 0, monthOfYear = 0] = month.split('-').map(Number)
    this.#first = Math.abs((year - 2019) * 12 + monthOfYear - 10) * Math.round(users * NEW_USERS)
  }

  /** The user of the n-th session that buys nothing. */
  browsing(n: number): number {
    return this.id(this.#first + this.#mixed.at(this.#browsing.userOf(n) % this.#users))
  }

  /** The user of the n-th session that buys. */
  buying(n: number): number {
    return this.id(this.#first + this.#buying.userOf(n))
  }

  /** The id of a user by number, the same in every month. */
  id(user: number): number {
    return FIRST_USER_ID + this.#ids.at(user % USER_IDS)
  }
}
