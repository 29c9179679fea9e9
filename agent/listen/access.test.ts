import { expect, test } from 'vitest'
import { tenantCheck } from './access.ts'

const encoded = (text: string) => Buffer.from(text).toString('base64')
const settings = {
  token: 'own:secret',
  tokenFile: null,
  tenants: [{ tenant: 'acme', token: 'key', tokenFile: null }],
}
const tenantOf = tenantCheck(settings, 'agent.sources[0]')

test.each([
  ['a bearer token', { authorization: 'Bearer key' }, 'acme'],
  ["Splunk's", { authorization: 'Splunk key' }, 'acme'],
  ['a password', { authorization: `Basic ${encoded('anybody:key')}` }, 'acme'],
  ['a password with a colon', { authorization: `Basic ${encoded('x:own:secret')}` }, ''],
  ["Elastic's key as it is", { authorization: 'ApiKey key' }, 'acme'],
  [
    "Elastic's key with its name, as Filebeat sends it",
    { authorization: `ApiKey ${encoded('id:key')}` },
    'acme',
  ],
  ["Datadog's", { 'dd-api-key': 'key' }, 'acme'],
  ['another', { authorization: 'Bearer other' }, undefined],
  ['the name of a key alone', { authorization: `ApiKey ${encoded('key:other')}` }, undefined],
  ['a bearer token that is encoded', { authorization: `Bearer ${encoded('id:key')}` }, undefined],
  ['a scheme alone', { authorization: 'Bearer' }, undefined],
  ['nothing', {}, undefined],
])('who shows %s', (_, headers, tenant) => {
  expect(tenantOf(headers)).toBe(tenant)
})

test('nothing is asked for where no token is set', () => {
  expect(tenantCheck({ token: null, tokenFile: null }, 'x')({})).toBe('')
})
