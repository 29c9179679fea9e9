import { fieldRoles } from './roles.ts'

/** Keys that are remembered; with others beyond, each costs what finding it costs. */
const maxKeys = 1024
/** Longer ones are not remembered. */
const longestKey = 256
/** After so many keys that were not remembered for want of room, what is remembered may be of lines long gone. */
const forgetAfter = 65_536
const dot = 0x2e

/** The key of a member, with the keys of the objects around it before it, each with its dot. */
export interface JsonKey {
  path: Buffer
  length: number
  /** The object it stands in; undefined for the line's own. */
  parent: JsonKey | undefined
  /** What `fieldRoles` says of it. */
  role: number | undefined
  /** Its own bytes begin there in the path. */
  from: number
  /** It is remembered, and stays what it is. */
  isKept: boolean
  /** Its own bytes are those between the quotes. */
  isPlain: boolean
  /** The key that came behind it last time: lines of one program are alike. */
  next: JsonKey | undefined
}

/**
 * The keys of the members that lines have. In lines that are alike each key is known by the one before it, so that it is
 * compared and neither looked for nor copied. Guarded by the agent's benchmark.
 */
export class JsonKeys {
  readonly #keys = new Map<number, JsonKey>()
  /** What stands before the first key of a line. */
  readonly start: JsonKey = emptyKey()
  /** By its depth: for keys that are not remembered, an object's as well as its members'. */
  readonly #passing: JsonKey[] = []
  #missed = 0

  /** The key of these bytes in an object. `depth` tells keys apart that are in use at once. */
  find(
    bytes: Buffer,
    start: number,
    stop: number,
    parent: JsonKey | undefined,
    isPlain: boolean,
    depth: number,
  ): JsonKey {
    const hash = hashOf(bytes, start, stop, parent)
    const known = this.#keys.get(hash)
    if (known !== undefined && isOf(known, bytes, start, stop, parent)) {
      known.isPlain &&= isPlain
      return known
    }
    const isKept = known === undefined && this.#hasRoom(stop - start, parent)
    const key = isKept ? emptyKey() : this.#passingKey(depth)
    set(key, bytes, start, stop, parent)
    key.isKept = isKept
    key.isPlain = isKept && isPlain
    key.next = undefined
    if (isKept) this.#keys.set(hash, key)
    return key
  }

  #passingKey(depth: number): JsonKey {
    while (this.#passing.length <= depth) this.#passing.push(emptyKey())
    return this.#passing[depth] as JsonKey
  }

  #hasRoom(length: number, parent: JsonKey | undefined): boolean {
    // one that is not remembered is another soon
    if (parent?.isKept === false) return false
    if (length + (parent?.length ?? 0) > longestKey) return false
    if (this.#keys.size < maxKeys) return true
    if (++this.#missed < forgetAfter) return false
    this.#missed = 0
    this.#keys.clear()
    this.start.next = undefined
    return true
  }
}

function emptyKey(): JsonKey {
  const path = Buffer.alloc(0)
  const state = { isKept: false, isPlain: false }
  return { path, length: 0, parent: undefined, role: undefined, from: 0, ...state, next: undefined }
}

function set(key: JsonKey, bytes: Buffer, start: number, stop: number, parent: JsonKey | undefined): void {
  key.parent = parent
  key.from = parent === undefined ? 0 : parent.length + 1
  key.length = key.from + stop - start
  if (key.path.length < key.length) key.path = Buffer.alloc(key.length)
  if (parent !== undefined) {
    parent.path.copy(key.path, 0, 0, parent.length)
    key.path[parent.length] = dot
  }
  bytes.copy(key.path, key.from, start, stop)
  key.role = fieldRoles.find(key.path, 0, key.length)
}

function isOf(
  key: JsonKey,
  bytes: Buffer,
  start: number,
  stop: number,
  parent: JsonKey | undefined,
): boolean {
  return key.parent === parent && key.length - key.from === stop - start && stands(key, bytes, start)
}

/** Whether a key's own bytes stand at a place. */
export function stands({ path, from, length }: JsonKey, bytes: Buffer, start: number): boolean {
  for (let i = from, at = start; i < length; i++, at++) if (path[i] !== bytes[at]) return false
  return true
}

/** FNV-1a. */
function hashOf(bytes: Buffer, start: number, stop: number, parent: JsonKey | undefined): number {
  let hash = 0x811c_9dc5 ^ (parent?.length ?? 0)
  for (let i = start; i < stop; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x0100_0193)
  return hash
}
