/** The attacks that the rules have to find and that the simulator can make. */
export const ATTACKS = [
  /** One user, far more actions than a person makes. */
  'single-user-flood',
  /** One user at a person's pace, each view another product. */
  'slow-crawler',
  /** Many users at a person's pace each, all on one product. */
  'product-flood',
  /** The same on the products of one category. */
  'category-flood',
  /** One user puts ever more products into the cart and buys none. */
  'cart-stuffing',
  /** One user buys again and again for small sums: stolen cards are tried. */
  'card-testing',
  /** One user in many sessions at a time: an account that was taken over or is shared by bots. */
  'session-hopping',
] as const
export type Attack = (typeof ATTACKS)[number]
