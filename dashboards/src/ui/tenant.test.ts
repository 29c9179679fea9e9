import { describe, expect, it } from 'vitest'
import { withTenant } from './tenant.ts'

describe('an address of a tenant', () => {
  it.each([
    ['/fleet', '/fleet?tenant=a+%26+b'],
    [
      '/explore?query=%7Bservice%3D%22a%2Fb%22%7D#top',
      '/explore?query=%7Bservice%3D%22a%2Fb%22%7D&tenant=a+%26+b#top',
    ],
    ['/streams/groups/a%2Fb', '/streams/groups/a%2Fb?tenant=a+%26+b'],
    ['/explore?tenant=other', '/explore?tenant=other'],
    ['https://elsewhere/x', 'https://elsewhere/x'],
    ['//elsewhere/x', '//elsewhere/x'],
    ['#place', '#place'],
  ])('%s is %s', (address, named) => {
    expect(withTenant(address, 'a & b')).toBe(named)
  })

  it('stays as it is where no tenant is shown', () => {
    expect(withTenant('/fleet')).toBe('/fleet')
  })
})
