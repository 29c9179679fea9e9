import { type FileHandle, open, readFile } from 'node:fs/promises'
import { codeOf, OperatingError, replaceFile, Turns } from '../../lib/base/index.ts'
import type { MetadataStore, TopicRecord } from './metadata-store.ts'

type Entry =
  | { type: 'cluster'; id: string }
  | ({ type: 'topic' } & TopicRecord)
  | { type: 'delete'; id: string }
  | { type: 'producerIds'; next: number }
  | { type: 'documents'; kind: string; changes: readonly (readonly [key: string, document: unknown])[] }

/** Below this many lines a journal is not worth rewriting. */
const leastLines = 100

/**
 * The metadata of one node: a file with one JSON entry a line, each synced before it counts, so that a change costs the
 * same however many topics there are. Rewritten at the start when most of it is outdated; a last line that was torn is dropped.
 * Errors: METADATA_DAMAGED.
 */
export async function openMetadataJournal(path: string, newId: () => string): Promise<MetadataStore> {
  const { entries, wholeBytes } = await readEntries(path)
  const journal = new MetadataJournal(path)
  for (const entry of entries) journal.apply(entry)
  await journal.open(entries.length, wholeBytes, newId)
  return journal
}

async function readEntries(path: string): Promise<{ entries: Entry[]; wholeBytes: number }> {
  const bytes = await readFile(path).catch(error => {
    if (codeOf(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  })
  const wholeBytes = wholeLength(bytes)
  const lines = bytes.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1)
  return { entries: lines.map((line, i) => parseEntry(line, i, path)), wholeBytes }
}

/** Up to the end of the last line that was written whole: a loss of power may leave its end alone, behind zeros. */
function wholeLength(bytes: Buffer): number {
  const end = bytes.lastIndexOf(0x0a)
  const start = end <= 0 ? 0 : bytes.lastIndexOf(0x0a, end - 1) + 1
  return bytes.subarray(start, end + 1).includes(0) ? start : end + 1
}

function parseEntry(line: string, index: number, path: string): Entry {
  try {
    return JSON.parse(line) as Entry
  } catch (cause) {
    const message = `${path} is damaged at line ${index + 1}: restore the file from a copy`
    throw new OperatingError('METADATA_DAMAGED', message, { cause })
  }
}

class MetadataJournal implements MetadataStore {
  clusterId = ''
  readonly topics = new Map<string, TopicRecord>()
  readonly #names = new Map<string, string>()
  readonly #documents = new Map<string, Map<string, unknown>>()
  readonly #path: string
  #nextProducerId = 0
  #file: FileHandle | undefined
  #length = 0
  /** Changes are written one after the other. */
  readonly #turns = new Turns()

  constructor(path: string) {
    this.#path = path
  }

  async open(lines: number, wholeBytes: number, newId: () => string): Promise<void> {
    const isNew = this.clusterId === ''
    if (isNew) this.clusterId = newId()
    if (isNew || lines > Math.max(leastLines, 2 * this.#size)) await this.#rewrite()
    else this.#length = wholeBytes
    this.#file = await open(this.#path, 'r+')
    await this.#file.truncate(this.#length)
  }

  apply(entry: Entry): void {
    if (entry.type === 'cluster') this.clusterId = entry.id
    else if (entry.type === 'producerIds') this.#nextProducerId = entry.next
    else if (entry.type === 'topic') {
      const { name, id, partitions, configs } = entry
      this.topics.set(name, { name, id, partitions, configs })
      this.#names.set(id, name)
    } else if (entry.type === 'documents') this.#applyDocuments(entry.kind, entry.changes)
    else {
      this.topics.delete(this.#names.get(entry.id) ?? '')
      this.#names.delete(entry.id)
    }
  }

  documents<T>(kind: string): ReadonlyMap<string, T> {
    return this.#documentsOf(kind) as ReadonlyMap<string, T>
  }

  putDocuments(kind: string, changes: readonly (readonly [string, unknown])[]): Promise<void> {
    return this.#commit({ type: 'documents', kind, changes })
  }

  addTopic(topic: TopicRecord): Promise<void> {
    return this.#commit({ type: 'topic', ...topic })
  }

  removeTopic(id: string): Promise<void> {
    return this.#commit({ type: 'delete', id })
  }

  async takeProducerIds(count: number): Promise<number> {
    const first = this.#nextProducerId
    this.#nextProducerId += count
    await this.#commit({ type: 'producerIds', next: first + count })
    return first
  }

  async close(): Promise<void> {
    await this.#turns.settled()
    await this.#file?.close()
    this.#file = undefined
  }

  get #size(): number {
    let size = this.topics.size
    for (const documents of this.#documents.values()) size += documents.size
    return size
  }

  #documentsOf(kind: string): Map<string, unknown> {
    const known = this.#documents.get(kind)
    if (known !== undefined) return known
    const made = new Map<string, unknown>()
    this.#documents.set(kind, made)
    return made
  }

  #applyDocuments(kind: string, changes: readonly (readonly [string, unknown])[]): void {
    const documents = this.#documentsOf(kind)
    for (const [key, document] of changes)
      if (document === null) documents.delete(key)
      else documents.set(key, document)
  }

  #commit(entry: Entry): Promise<void> {
    return this.#turns.take(async () => {
      await this.#append(entry)
      this.apply(entry)
    })
  }

  async #append(entry: Entry): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`)
    const file = this.#file
    if (file === undefined) throw new OperatingError('METADATA_CLOSED', 'the metadata is closed')
    try {
      await file.write(bytes, 0, bytes.length, this.#length)
      await file.datasync()
    } catch (cause) {
      const message = `cannot write ${this.#path} (${codeOf(cause) ?? cause}): free space or mend the disk`
      throw new OperatingError('METADATA_WRITE_FAILED', message, { cause })
    }
    this.#length += bytes.length
  }

  async #rewrite(): Promise<void> {
    const entries: Entry[] = [
      { type: 'cluster', id: this.clusterId },
      { type: 'producerIds', next: this.#nextProducerId },
    ]
    for (const topic of this.topics.values()) entries.push({ type: 'topic', ...topic })
    for (const [kind, documents] of this.#documents)
      for (const change of documents) entries.push({ type: 'documents', kind, changes: [change] })
    const bytes = Buffer.from(entries.map(entry => `${JSON.stringify(entry)}\n`).join(''))
    await replaceFile(this.#path, bytes)
    this.#length = bytes.length
  }
}
