import { expect, it } from 'vitest'
import { ask } from '../../../../local/athena/ask.ts'
import { openPlatform } from '../temporary-platform.ts'

it('reads a result of several pages by the actions of Athena, with typed values', async () => {
  const { registry } = await openPlatform()
  const { columns, rows } = await ask(
    registry,
    "select 2053013555631882655 + n as id, cast(n as decimal(10, 2)) as price, if(n = 0, null, 'x') as name from range(2500) t(n)",
    'ecommerce',
  )
  expect(columns).toEqual(['id', 'price', 'name'])
  expect(rows).toHaveLength(2500)
  expect(rows[0]).toEqual([2053013555631882655n, '0.00', null])
  expect(rows[2499]).toEqual([2053013555631885154n, '2499.00', 'x'])
})

it('says why a query failed', async () => {
  const { registry } = await openPlatform()
  await expect(ask(registry, 'select * from nowhere', 'ecommerce')).rejects.toThrow(/nowhere/)
})
