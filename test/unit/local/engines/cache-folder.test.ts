import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cacheFolder } from '../../../../local/engines/cache-folder.ts'

test.for([
  ['its own variable first', { LAKEHOUSE_CACHE: '/big/disk', XDG_CACHE_HOME: '/xdg' }, '/big/disk'],
  ["then the user's cache folder", { XDG_CACHE_HOME: '/xdg' }, '/xdg/ecommerce-lakehouse'],
  ['else .cache at home', {}, join(homedir(), '.cache/ecommerce-lakehouse')],
  [
    'empty variables say nothing',
    { LAKEHOUSE_CACHE: '', XDG_CACHE_HOME: '' },
    join(homedir(), '.cache/ecommerce-lakehouse'),
  ],
] as const)('%s', ([, environment, folder]) => {
  expect(cacheFolder(environment)).toBe(folder)
})
