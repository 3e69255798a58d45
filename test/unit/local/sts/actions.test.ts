import { expect, test } from 'vitest'
import { openPlatform } from '../temporary-platform.ts'
import { raw } from '../wire/open-s3.ts'

test('who asks in which account they are is told: in none', async () => {
  const { endpoint } = await openPlatform()
  const headers = {
    authorization: 'AWS4-HMAC-SHA256 Credential=local/20191001/us-east-1/sts/aws4_request',
    'content-type': 'application/x-www-form-urlencoded',
  }
  const ask = (action: string) => raw(endpoint, 'POST', '/', headers, `Action=${action}&Version=2011-06-15`)
  const { status, text } = await ask('GetCallerIdentity')
  expect(status).toBe(200)
  expect(text).toContain('<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">')
  expect(text).toContain('<Account>000000000000</Account>')
  expect(await ask('AssumeRole')).toMatchObject({
    status: 501,
    text: expect.stringContaining('sts:assumeRole is not emulated'),
  })
})
