import { describe, expect, it } from 'vitest'
import { exactJson } from '../../../../catalog/exact-json.ts'
import { Draws } from '../../../../local/generate/random.ts'
import { ATTACKS } from '../../../../stream/rules/attack.ts'
import { MINUTE, SECOND } from '../../../../stream/rules/window.ts'
import { type AttackName, MAKE_ATTACK } from '../../../../stream/simulator/attacks/index.ts'
import { bigBasket } from '../../../../stream/simulator/hard-cases/big-basket.ts'
import { sharedSession } from '../../../../stream/simulator/hard-cases/shared-session.ts'
import type { Injection, Product, SimulatedEvent } from '../../../../stream/simulator/simulated-event.ts'
import { START } from '../stream-event.ts'

const PRODUCTS: readonly Product[] = Array.from({ length: 500 }, (_, n) => ({
  product_id: BigInt(1000 + n),
  category_id: 2053013555631882655n + BigInt(n % 20),
  category_code: null,
  brand: null,
  price: `${n}.99`,
}))
const random = (seed = 1) => {
  const draws = new Draws()
  draws.reset(seed)
  return draws
}
const options = (seed?: number) => ({
  from: START,
  random: random(seed),
  products: PRODUCTS,
  eventsPerSecond: 20,
})
/** Events share one label: compared as objects they would be compared with it each time. */
const text = ({ label, events }: Injection): string =>
  exactJson([label, events.map(({ label: _, ...event }) => event)])
const make = (name: AttackName, seed?: number) => MAKE_ATTACK[name](options(seed))
const distinct = (events: readonly SimulatedEvent[], of: keyof SimulatedEvent) =>
  new Set(events.map((event) => event[of])).size
/** The most events of any ten seconds. */
const densest = (events: readonly SimulatedEvent[]) =>
  Math.max(
    ...events.map(({ time }) => events.filter((e) => e.time >= time && e.time < time + 10 * SECOND).length),
  )

describe('every attack', () => {
  it.each(Object.keys(MAKE_ATTACK) as AttackName[])(
    '%s is in order, labelled, and the same for the same seed',
    (name) => {
      const { label, events } = make(name)
      const users = new Set(label.users)
      expect(events.length).toBeGreaterThan(20)
      expect(events.every((event, i) => i === 0 || event.time >= (events[i - 1]?.time ?? 0))).toBe(true)
      expect(events[0]?.time).toBeGreaterThanOrEqual(START)
      expect(events.every((event) => event.label === label && users.has(event.user_id))).toBe(true)
      expect(ATTACKS).toContain(label.name)
      expect(text(make(name))).toBe(text(make(name)))
      expect(make(name, 2).label.users).not.toEqual(label.users)
    },
  )
})

describe('an attack', () => {
  it('of a single user is far quicker than a person', () => {
    const { events } = make('single-user-flood')
    expect(distinct(events, 'user_session')).toBe(1)
    expect(densest(events)).toBeGreaterThan(150)
  })

  it('of a slow crawler is no quicker, but each view is another product', () => {
    const { events } = make('slow-crawler')
    expect(densest(events)).toBeLessThanOrEqual(5)
    expect(distinct(events, 'product_id')).toBe(events.length)
  })

  it('of many users has none who stands out, on one product or category', () => {
    for (const name of ['product-flood', 'category-flood'] as const) {
      const { events, label } = make(name)
      expect(densest(events.filter(({ user_id }) => user_id === label.users[0]))).toBeLessThanOrEqual(3)
      expect(distinct(events, 'user_id')).toBe(560)
      expect(distinct(events, 'category_id')).toBe(1)
      expect(distinct(events, 'product_id')).toBe(name === 'product-flood' ? 1 : 25)
    }
  })

  it('on the cart puts in another product each time, and buys none', () => {
    const { events } = make('cart-stuffing')
    expect(new Set(events.map(({ event_type }) => event_type))).toEqual(new Set(['cart']))
    expect(distinct(events, 'product_id')).toBe(events.length)
  })

  it('with stolen cards buys for small sums', () => {
    const { events } = make('card-testing')
    expect(events.every(({ event_type, price }) => event_type === 'purchase' && Number(price) <= 2)).toBe(
      true,
    )
  })

  it('on an account has another session each time', () => {
    const { events } = make('session-hopping')
    expect(distinct(events, 'user_session')).toBe(events.length)
    expect(events[0]?.user_session).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })
})

describe('a hard case', () => {
  it.each(['different', 'same', 'cheap'] as const)(
    'is an order of 46 %s lines in one second, by an honest customer',
    (of) => {
      const { events, label } = bigBasket({ ...options(), of })
      const lines = events.filter(({ event_type }) => event_type === 'purchase')
      expect(lines).toHaveLength(46)
      expect(new Set(lines.map(({ time }) => Math.floor(time / SECOND))).size).toBe(1)
      expect(distinct(lines, 'product_id')).toBe(of === 'same' ? 1 : 46)
      if (of === 'cheap') expect(lines.every(({ price }) => price === '1.99')).toBe(true)
      expect(label).toMatchObject({ kind: 'hard-case', name: `${of}-basket` })
      expect(densest(events.filter(({ event_type }) => event_type !== 'purchase'))).toBeLessThanOrEqual(3)
    },
  )

  it('is a dozen users in one session', () => {
    const { events, label } = sharedSession(options())
    expect(distinct(events, 'user_session')).toBe(1)
    expect(distinct(events, 'user_id')).toBe(12)
    expect(label.users).toHaveLength(12)
    expect(Math.max(...events.map(({ time }) => time)) - START).toBeGreaterThan(19 * MINUTE)
  })
})
