import { kindOf } from './kinds.ts'

/** An address that two sources would listen on: where it stands the second time, and where it stood before. */
export interface Twice {
  path: [source: number, key: string]
  address: string
  before: string
}

/** Of streams and of datagrams for themselves: the two do not meet. Port 0 is any that is free. */
export function listenedTwice(sources: readonly { type: string }[]): Twice[] {
  const found: Twice[] = []
  for (const listeners of ['listeners', 'datagrams'] as const) {
    const taken = new Map<string, string>()
    for (const [i, config] of sources.entries())
      for (const [key, address] of kindOf(config)[listeners](config)) {
        if (address.endsWith(':0')) continue
        const before = taken.get(address)
        if (before !== undefined) found.push({ path: [i, key], address, before })
        taken.set(address, `agent.sources[${i}].${key}`)
      }
  }
  return found
}
