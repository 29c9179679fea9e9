import { WireReader, wireBytes } from './wire.ts'

/** Byte ranges of repeated fields, such as the KeyValues of one record; kept and filled again for each. */
export class Ranges {
  starts = new Int32Array(32)
  ends = new Int32Array(32)
  count = 0

  clear(): void {
    this.count = 0
  }

  push(start: number, end: number): void {
    if (this.count === this.starts.length) this.#grow()
    this.starts[this.count] = start
    this.ends[this.count++] = end
  }

  #grow(): void {
    const starts = new Int32Array(this.starts.length * 2)
    const ends = new Int32Array(this.ends.length * 2)
    starts.set(this.starts)
    ends.set(this.ends)
    this.starts = starts
    this.ends = ends
  }
}

/** A byte range, empty where the field is absent. */
export class Range {
  start = 0
  end = 0

  set(start: number, end: number): void {
    this.start = start
    this.end = end
  }

  text(bytes: Buffer): string {
    return bytes.toString('utf8', this.start, this.end)
  }
}

/**
 * Walks the items of an export request of any signal: log records, metrics or spans. All three nest them alike
 * (request.1 = resource, of it 1 = Resource, 2 = scope, 3 = schema URL; of that 1 = Scope, 2 = item, 3 = schema URL).
 * Nothing is copied: what it stands on are byte ranges. Invalid protobuf throws a WireError.
 *
 * @example
 * const items = new ItemReader()
 * items.reset(request)
 * while (items.next()) count++
 */
export class ItemReader {
  bytes: Buffer = Buffer.alloc(0)
  /** Count of resources, and of scopes, met so far: a change says that there is a new one. */
  resourceNumber = 0
  scopeNumber = 0
  readonly resourceAttributes = new Ranges()
  readonly resourceSchemaUrl = new Range()
  readonly scopeAttributes = new Ranges()
  readonly scopeName = new Range()
  readonly scopeVersion = new Range()
  readonly scopeSchemaUrl = new Range()
  /** The present item. */
  itemStart = 0
  itemEnd = 0

  readonly #request = new WireReader(this.bytes)
  readonly #resource = new WireReader(this.bytes)
  readonly #scope = new WireReader(this.bytes)
  readonly #outer = new WireReader(this.bytes)
  readonly #inner = new WireReader(this.bytes)

  /** Points the reader at a request. */
  reset(bytes: Buffer): void {
    this.bytes = bytes
    this.resourceNumber = 0
    this.scopeNumber = 0
    this.#request.reset(bytes)
    this.#resource.reset(bytes, 0, 0)
    this.#scope.reset(bytes, 0, 0)
  }

  /** Moves to the next item; false when there is none. */
  next(): boolean {
    const scope = this.#scope
    for (;;) {
      while (scope.next()) {
        if (scope.field !== 2 || scope.wireType !== wireBytes) {
          scope.skip()
          continue
        }
        this.itemStart = scope.content()
        this.itemEnd = scope.position
        return true
      }
      if (!this.#nextScope()) return false
    }
  }

  #nextScope(): boolean {
    const resource = this.#resource
    for (;;) {
      while (resource.next()) {
        if (resource.field !== 2 || resource.wireType !== wireBytes) {
          resource.skip()
          continue
        }
        const start = resource.content()
        this.#readScope(start, resource.position)
        this.scopeNumber++
        this.#scope.reset(this.bytes, start, resource.position)
        return true
      }
      if (!this.#nextResource()) return false
    }
  }

  #nextResource(): boolean {
    const request = this.#request
    while (request.next()) {
      if (request.field !== 1 || request.wireType !== wireBytes) {
        request.skip()
        continue
      }
      const start = request.content()
      this.#readResource(start, request.position)
      this.resourceNumber++
      this.#resource.reset(this.bytes, start, request.position)
      return true
    }
    return false
  }

  /** Looks ahead, since a writer may put the resource behind what belongs to it. */
  #readResource(start: number, end: number): void {
    this.resourceAttributes.clear()
    this.resourceSchemaUrl.set(0, 0)
    const reader = this.#outer
    reader.reset(this.bytes, start, end)
    while (reader.next()) {
      if (reader.wireType !== wireBytes) {
        reader.skip()
        continue
      }
      const at = reader.content()
      if (reader.field === 1) this.#readAttributes(this.resourceAttributes, at, reader.position, 1)
      else if (reader.field === 3) this.resourceSchemaUrl.set(at, reader.position)
    }
  }

  #readScope(start: number, end: number): void {
    this.scopeAttributes.clear()
    this.scopeName.set(0, 0)
    this.scopeVersion.set(0, 0)
    this.scopeSchemaUrl.set(0, 0)
    const reader = this.#outer
    reader.reset(this.bytes, start, end)
    while (reader.next()) {
      if (reader.wireType !== wireBytes) {
        reader.skip()
        continue
      }
      const at = reader.content()
      if (reader.field === 1) this.#readScopeMessage(at, reader.position)
      else if (reader.field === 3) this.scopeSchemaUrl.set(at, reader.position)
    }
  }

  #readScopeMessage(start: number, end: number): void {
    const reader = this.#inner
    reader.reset(this.bytes, start, end)
    while (reader.next()) {
      if (reader.wireType !== wireBytes) {
        reader.skip()
        continue
      }
      const at = reader.content()
      if (reader.field === 1) this.scopeName.set(at, reader.position)
      else if (reader.field === 2) this.scopeVersion.set(at, reader.position)
      else if (reader.field === 3) this.scopeAttributes.push(at, reader.position)
    }
  }

  #readAttributes(into: Ranges, start: number, end: number, field: number): void {
    const reader = this.#inner
    reader.reset(this.bytes, start, end)
    while (reader.next()) {
      if (reader.wireType !== wireBytes) {
        reader.skip()
        continue
      }
      const at = reader.content()
      if (reader.field === field) into.push(at, reader.position)
    }
  }
}
