/** What a table's deduplication log says: a block was inserted as this part, or is forgotten again. Source: MergeTreeDeduplicationLog.cpp. */
export interface BlockRecord {
  isForgotten: boolean
  part: string
  block: string
}

/** A part by its name: `20261130-30_4_9_1` holds the blocks 4 to 9 of a partition. */
export interface Part {
  name: string
  partition: string
  first: number
  last: number
}

/** Whether an insert made it: no merge, and no mutation. */
export function isInserted({ name }: Part): boolean {
  return /_(\d+)_\1_0$/.test(name)
}

/** Undefined for folders that are no parts, such as those of inserts and merges under way. */
export function partOf(name: string): Part | undefined {
  if (/^(tmp|delete_tmp|patch)/.test(name)) return undefined
  const found = /^(.+?)_(\d+)_(\d+)_\d+(?:_\d+)?$/.exec(name)
  if (found === null) return undefined
  return { name, partition: found[1] ?? '', first: Number(found[2]), last: Number(found[3]) }
}

/**
 * Lines that were written whole. A loss of power may leave anything of the last ones, and a full disk a part of one in their
 * midst, with which the next one then stands on a line.
 */
export function readRecords(text: string): { records: BlockRecord[]; isWhole: boolean } {
  const lines = text.split('\n')
  const rest = lines.pop()
  const records = lines.flatMap(line => recordOf(line) ?? [])
  return { records, isWhole: rest === '' && records.length === lines.length }
}

function recordOf(line: string): BlockRecord | undefined {
  const [operation = '', part = '', block = '', ...rest] = line.split('\t')
  if (!/^[12]$/.test(operation) || partOf(part) === undefined || block === '' || rest.length > 0)
    return undefined
  return { isForgotten: operation === '2', part, block }
}

export function writeRecord({ isForgotten, part, block }: BlockRecord): string {
  return `${isForgotten ? 2 : 1}\t${part}\t${block}\n`
}

/** Parts by partition, asked whether they hold blocks. */
export class Parts {
  readonly all: readonly Part[]
  readonly #byPartition: ReadonlyMap<string, readonly Part[]>

  /** By names of folders; what is no part is left out. */
  constructor(names: readonly string[]) {
    this.all = names.flatMap(name => partOf(name) ?? [])
    this.#byPartition = Map.groupBy(this.all, ({ partition }) => partition)
  }

  /** Whether another part has blocks of it alone: what it was merged from, or was before it was written anew. */
  hasPieces({ name, partition, first, last }: Part): boolean {
    const others = (this.#byPartition.get(partition) ?? []).filter(part => part.name !== name)
    return others.some(part => part.first >= first && part.last <= last)
  }

  holds({ partition, first, last }: Part): boolean {
    return (this.#byPartition.get(partition) ?? []).some(part => part.first <= first && part.last >= last)
  }
}
