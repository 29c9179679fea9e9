import { WireReader, WireWriter, wireBytes } from './wire.ts'

/** One item (log record, metric or span) with the headers it stands under, as ranges of the request. */
interface Item {
  resource: Header
  scope: Header
  start: number
  end: number
}

/** Every field of a ResourceX or ScopeX message except its children: ranges with their tags. */
interface Header {
  ranges: [start: number, end: number][]
}

/**
 * Splits a checked export request, of any signal, into requests of at most about `maxBytes` each, items whole and under
 * the same resource and scope. One item that is larger by itself becomes a request of its own.
 *
 * @example
 * const requests = splitRequest(request, 500_000)
 * requests.length // => 3
 */
export function splitRequest(request: Buffer, maxBytes: number): Buffer[] {
  return [...pieces(request, maxBytes)]
}

/** The first that it would be split into, without making the others; undefined where there is no item in it. */
export function firstPiece(request: Buffer, maxBytes: number): Buffer | undefined {
  for (const piece of pieces(request, maxBytes)) return piece
  return undefined
}

function* pieces(request: Buffer, maxBytes: number): Iterable<Buffer> {
  const writer = new WireWriter(Math.min(request.length, maxBytes) + 1024)
  let open: { item: Item; resource: number; scope: number } | undefined
  const finish = (at: { resource: number; scope: number }): Buffer => {
    writer.end(at.scope)
    writer.end(at.resource)
    const piece = writer.finish()
    writer.reset()
    return piece
  }
  for (const item of items(request)) {
    if (open !== undefined && writer.position + item.end - item.start > maxBytes) {
      yield finish(open)
      open = undefined
    }
    if (open !== undefined && open.item.scope !== item.scope) {
      writer.end(open.scope)
      writer.end(open.resource)
      open = undefined
    }
    open ??= { item, ...openHeaders(writer, request, item) }
    writer.copy(2, request, item.start, item.end)
  }
  if (open !== undefined) yield finish(open)
}

function openHeaders(writer: WireWriter, request: Buffer, item: Item): { resource: number; scope: number } {
  const resource = writer.begin(1)
  copyHeader(writer, request, item.resource)
  const scope = writer.begin(2)
  copyHeader(writer, request, item.scope)
  return { resource, scope }
}

function copyHeader(writer: WireWriter, request: Buffer, header: Header): void {
  for (const [start, end] of header.ranges) {
    writer.ensure(end - start)
    request.copy(writer.bytes, writer.position, start, end)
    writer.position += end - start
  }
}

function* items(request: Buffer): Iterable<Item> {
  for (const resourceAt of children(request, 0, request.length, 1)) {
    const resource = headerOf(request, resourceAt)
    for (const scopeAt of children(request, resourceAt[0], resourceAt[1], 2)) {
      const scope = headerOf(request, scopeAt)
      for (const [start, end] of children(request, scopeAt[0], scopeAt[1], 2))
        yield { resource, scope, start, end }
    }
  }
}

/** The contents of the length-delimited fields with this number. */
function children(bytes: Buffer, from: number, to: number, field: number): [number, number][] {
  const reader = new WireReader(bytes, from, to)
  const found: [number, number][] = []
  while (reader.next()) {
    if (reader.field === field && reader.wireType === wireBytes) {
      const length = reader.length()
      found.push([reader.position, reader.position + length])
      reader.position += length
    } else reader.skip()
  }
  return found
}

/** What stands beside the children: of both messages the children are field 2. */
function headerOf(bytes: Buffer, [from, to]: [number, number]): Header {
  const reader = new WireReader(bytes, from, to)
  const ranges: [number, number][] = []
  for (let start = from; reader.next(); start = reader.position) {
    const child = reader.field === 2
    reader.skip()
    if (!child) ranges.push([start, reader.position])
  }
  return { ranges }
}
