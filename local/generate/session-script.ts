import {
  BUYING_SESSIONS,
  type Funnel,
  MEAN_EVENTS_PER_SESSION,
  type MonthFigures,
  REPEATED_VIEWS,
  UNSEEN,
} from './calibration.ts'
import type { Catalogue } from './catalogue.ts'
import { type Draws, threshold } from './random.ts'

export const VIEW = 0
export const CART = 1
export const PURCHASE = 2
export type Intent = 'browse' | 'abandon' | 'buy'

const LONGEST = 4200

/** A share that is asked of a part only has to be larger there: sessions of one event neither cart nor buy. */
const AMONG_LONGER = 1.4
/** Found: short sessions have no room for all the lines that they would have. */
const ROOM_FOR_PAIRS = 2.6
const ROOM_FOR_CARTS = 1.65
const PAIRS_WANTED = 1.35
const PAIRS_LEFT_BEHIND = 1.23

/** Found: sessions of two events buy without a cart, having no room for it. */
const ALWAYS_DIRECT = 0.12

/** With what chance one more follows, so that there are so many on average. */
const oneMore = (mean: number): number => threshold(Math.min(0.97, Math.max(0, 1 - 1 / mean)))

/**
 * What a session does, event by event: `types[i]` to `products[i]`. One object serves all sessions in turn, because a
 * month has millions.
 */
export class SessionScript {
  readonly types = new Uint8Array(LONGEST)
  readonly products = new Int32Array(LONGEST)
  length = 0
  readonly #catalogue: Catalogue
  readonly #draws: Draws
  readonly #buys: number
  readonly #abandons: number
  readonly #direct: number
  readonly #morePurchases: number
  readonly #moreAbandoned = oneMore(PAIRS_WANTED)
  readonly #moreCarts: number
  readonly #repeat = threshold(REPEATED_VIEWS)
  readonly #unseen = threshold(UNSEEN)
  readonly #basket = new Int32Array(LONGEST)

  constructor(catalogue: Catalogue, draws: Draws, figures: MonthFigures, funnel: Funnel) {
    this.#catalogue = catalogue
    this.#draws = draws
    this.#buys = BUYING_SESSIONS * AMONG_LONGER
    const pairs = ((figures.purchases / figures.rows) * MEAN_EVENTS_PER_SESSION) / BUYING_SESSIONS
    this.#morePurchases = oneMore(1 + (pairs - 1) * ROOM_FOR_PAIRS)
    this.#direct = threshold((funnel.withoutCart - ALWAYS_DIRECT) / (1 - ALWAYS_DIRECT))
    this.#abandons = (funnel.abandonedPairs * MEAN_EVENTS_PER_SESSION * AMONG_LONGER) / PAIRS_LEFT_BEHIND
    this.#moreCarts = oneMore(1 + (funnel.cartsPerPair - 1) * ROOM_FOR_CARTS)
  }

  /** `readiness`: how much likelier than on average this session buys. */
  intentOf(length: number, readiness: number): Intent {
    if (length < 2) return 'browse'
    const draw = this.#draws.next() / 2 ** 32
    const buys = this.#buys * readiness * (length === 2 ? 0.5 : 1.12)
    if (draw < buys) return 'buy'
    return draw < buys + this.#abandons ? 'abandon' : 'browse'
  }

  write(length: number, intent: Intent): void {
    this.length = 0
    if (intent === 'buy') this.#buy(length)
    else if (intent === 'abandon') this.#fillBasket(length, 2, this.#moreAbandoned, true)
    while (this.length < length) this.#view()
  }

  /** A crawler sees another product with every event. */
  crawl(length: number): void {
    const { active } = this.#catalogue
    const first = this.#draws.below(active.length)
    this.length = 0
    while (this.length < length) this.#add(VIEW, active[(first + this.length) % active.length] as number)
  }

  #buy(length: number): void {
    const carted = length > 2 && this.#draws.next() >= this.#direct
    const pairs = this.#fillBasket(length, carted ? 3 : 2, this.#morePurchases, carted)
    for (let i = 0; i < pairs; i++) this.#add(PURCHASE, this.#basket[i] as number)
  }

  /** Views and, where `carted`, cart events of as many products as there is room for at `lines` events each. */
  #fillBasket(length: number, lines: number, more: number, carted: boolean): number {
    const draws = this.#draws
    const room = Math.floor(length / lines)
    let pairs = 1
    while (pairs < room && draws.next() < more) pairs++
    let spare = length - pairs * lines
    for (let before = spare >> 1; before > 0; before--, spare--) this.#view()
    for (let i = 0; i < pairs; i++) {
      const product = this.#catalogue.purchases.draw(draws)
      this.#basket[i] = product
      if (draws.next() < this.#unseen) this.#view()
      else this.#add(VIEW, product)
      if (!carted) continue
      this.#add(CART, product)
      for (; spare > 0 && draws.next() < this.#moreCarts; spare--) this.#add(CART, product)
    }
    return pairs
  }

  #view(): void {
    const draws = this.#draws
    const repeats = this.length > 0 && draws.next() < this.#repeat
    this.#add(
      VIEW,
      repeats ? (this.products[draws.below(this.length)] as number) : this.#catalogue.views.draw(draws),
    )
  }

  #add(type: number, product: number): void {
    this.types[this.length] = type
    this.products[this.length] = product
    this.length++
  }
}
