import { BlockList, isIP } from 'node:net'

/** Addresses of one or more ranges: `10.0.0.1`, `10.0.0.0/8`, `10.0.0.1-10.0.0.9`, of IPv6 too. Source: LogQL, matching IP addresses. */
export class IpRanges {
  readonly #list = new BlockList()

  /** Errors: RangeError for what is no range. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) this.#add(range.trim())
  }

  has(address: string): boolean {
    const family = isIP(address)
    return family !== 0 && this.#list.check(address, nameOf(family))
  }

  /** Whether any address in the text is one. */
  isIn(text: string): boolean {
    for (const [found] of text.matchAll(/[0-9a-fA-F:.]{3,45}/g)) {
      if (this.has(found) || this.has(withoutPort(found))) return true
    }
    return false
  }

  #add(range: string): void {
    const [first = '', second] = range.split(/[-/]/)
    const family = isIP(first.trim())
    if (family === 0) throw new RangeError(`${range} is no address`)
    if (second === undefined) this.#list.addAddress(first, nameOf(family))
    else if (range.includes('/')) this.#list.addSubnet(first, prefixOf(second, family), nameOf(family))
    else if (isIP(second.trim()) !== family) throw new RangeError(`${range} is no range of addresses`)
    else this.#list.addRange(first.trim(), second.trim(), nameOf(family))
  }
}

/** What is wrong with a range; undefined where nothing is. */
export function ipRangeProblem(range: string): string | undefined {
  try {
    new IpRanges([range])
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function nameOf(family: number): 'ipv4' | 'ipv6' {
  return family === 4 ? 'ipv4' : 'ipv6'
}

function prefixOf(text: string, family: number): number {
  const bits = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
  if (!(bits <= (family === 4 ? 32 : 128))) throw new RangeError(`/${text} is no length of a prefix`)
  return bits
}

/** `10.0.0.1:8080` and `10.0.0.1.` at the end of a sentence. */
function withoutPort(found: string): string {
  return found.replace(/^([\d.]+):\d+$/, '$1').replace(/^[.:]+|[.:]+$/g, '')
}
