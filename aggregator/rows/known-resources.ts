import type { Ranges } from '../../lib/otlp/index.ts'
import type { SavedRow } from '../native/map.ts'

/** Resources remembered in a block; beyond, they are forgotten and read anew. */
const maxResources = 1024

/** What the columns of one block hold of a resource. */
export interface KnownResource {
  service: number
  host: number
  tenant: number
  /** As the stream asks for itself; 0 where it does not. */
  retentionDays: number
  /** Its row in the column of resource attributes. */
  row: SavedRow
}

interface Entry extends KnownResource {
  /** Everything from its first attribute to its last, and where each of them lies in that. */
  bytes: Buffer
  starts: Int32Array
  ends: Int32Array
}

/**
 * Finds resources met earlier in a block by their bytes: lines of many services may alternate, and then each line has a
 * resource of its own. Costs about 1 ns per byte of the resource.
 */
export class KnownResources {
  readonly #byHash = new Map<number, Entry>()

  clear(): void {
    this.#byHash.clear()
  }

  find(request: Buffer, attributes: Ranges): KnownResource | undefined {
    if (attributes.count === 0) return undefined
    const entry = this.#byHash.get(hashOf(request, attributes))
    return entry !== undefined && isSame(entry, request, attributes) ? entry : undefined
  }

  add(request: Buffer, attributes: Ranges, resource: KnownResource): void {
    if (attributes.count === 0) return
    if (this.#byHash.size >= maxResources) this.clear()
    const start = attributes.starts[0] as number
    const bytes = Buffer.from(request.subarray(start, endOf(attributes)))
    const starts = attributes.starts.slice(0, attributes.count).map(at => at - start)
    const ends = attributes.ends.slice(0, attributes.count).map(at => at - start)
    this.#byHash.set(hashOf(request, attributes), { ...resource, bytes, starts, ends })
  }
}

function isSame(entry: Entry, request: Buffer, attributes: Ranges): boolean {
  const start = attributes.starts[0] as number
  const { bytes, starts, ends } = entry
  if (starts.length !== attributes.count || endOf(attributes) - start !== bytes.length) return false
  for (let i = 0; i < starts.length; i++) {
    const isThere = (attributes.starts[i] as number) - start === starts[i]
    if (!isThere || (attributes.ends[i] as number) - start !== ends[i]) return false
  }
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== request[start + i]) return false
  return true
}

/** FNV-1a. */
function hashOf(request: Buffer, attributes: Ranges): number {
  const end = endOf(attributes)
  let hash = 0x811c_9dc5
  for (let i = attributes.starts[0] as number; i < end; i++)
    hash = Math.imul(hash ^ (request[i] as number), 0x0100_0193)
  return hash
}

function endOf(attributes: Ranges): number {
  return attributes.ends[attributes.count - 1] as number
}
