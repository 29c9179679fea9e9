import type { LineScope } from '../../lib/logql/index.ts'
import { type OtlpAttributes, WireWriter, writeAttributes } from '../../lib/otlp/index.ts'
import type { ByteRange } from './byte-range.ts'
import { readScope } from './read-scope.ts'

/** Headers kept for services and hosts that lines name themselves; beyond, they are made anew. */
const maxHeaders = 256

/** A resource, encoded, and what lines have to name to be of it. */
export class ResourceHeader {
  /** Field 1 of ResourceLogs, with its tag. */
  readonly bytes: Buffer
  /** The service that it says, whoever named it. */
  readonly service: string
  readonly #service: Buffer
  readonly #host: Buffer
  readonly #tenant: string

  constructor(bytes: Buffer, resolved: string, service: string, host: string, tenant: string) {
    this.bytes = bytes
    this.service = resolved
    this.#service = Buffer.from(service)
    this.#host = Buffer.from(host)
    this.#tenant = tenant
  }

  isOf(service: ByteRange, host: ByteRange, tenant: string): boolean {
    return tenant === this.#tenant && service.equals(this.#service) && host.equals(this.#host)
  }
}

/** Of its length and of the bytes at both ends, where names of services and hosts differ: what is found is compared. */
function hashOf({ bytes, start, end }: ByteRange): number {
  let hash = end - start
  const head = Math.min(end, start + 4)
  for (let i = start; i < head; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x0100_0193)
  for (let i = Math.max(head, end - 8); i < end; i++)
    hash = Math.imul(hash ^ (bytes[i] as number), 0x0100_0193)
  return hash
}

export interface OriginInput {
  service: string
  host: string
  /** What else is known of the resource. */
  resource?: OtlpAttributes
  scope: string
}

/**
 * Where records come from: the resource and scope that they stand under, encoded once. Lines may name another service
 * or host than the source's; each such pair has a header of its own.
 */
export class RecordOrigin {
  readonly service: string
  readonly host: string
  readonly serviceBytes: Buffer
  readonly hostBytes: Buffer
  /** Fields of ResourceLogs beside the resource's service and host, without children: the other attributes. */
  readonly attributes: Buffer
  /** The fields of ScopeLogs beside its records, with their tags. */
  readonly scope: Buffer
  #lineScope: LineScope | undefined
  readonly #headers = new Map<number, ResourceHeader>()

  constructor(input: { service: string; host: string; attributes: Buffer; scope: Buffer }) {
    this.service = input.service
    this.host = input.host
    this.serviceBytes = Buffer.from(input.service)
    this.hostBytes = Buffer.from(input.host)
    this.attributes = input.attributes
    this.scope = input.scope
  }

  /** What its scope is called; read when it is asked for. */
  get lineScope(): LineScope {
    this.#lineScope ??= readScope(this.scope)
    return this.#lineScope
  }

  /** The resource of a record whose line names its service or host, or neither; ranges that are empty do not count. */
  header(service: ByteRange, host: ByteRange, tenant: string): ResourceHeader {
    const hash = (Math.imul(hashOf(service), 31) + hashOf(host)) | 0
    const known = this.#headers.get(hash)
    if (known?.isOf(service, host, tenant)) return known
    if (this.#headers.size >= maxHeaders) this.#headers.clear()
    const resolved = String(service) || this.service
    const bytes = this.#encode(resolved, String(host) || this.host, tenant)
    const made = new ResourceHeader(bytes, resolved, String(service), String(host), tenant)
    this.#headers.set(hash, made)
    return made
  }

  #encode(service: string, host: string, tenant: string): Buffer {
    const writer = new WireWriter(512)
    const start = writer.begin(1)
    const named: OtlpAttributes = {
      ...(service === '' ? {} : { 'service.name': service }),
      ...(host === '' ? {} : { 'host.name': host }),
      ...(tenant === '' ? {} : { [tenantAttribute]: tenant }),
    }
    writeAttributes(writer, 1, named)
    writer.ensure(this.attributes.length)
    writer.position += this.attributes.copy(writer.bytes, writer.position)
    writer.end(start)
    return writer.finish()
  }
}

/** The resource attribute by which a record's tenant travels, where a rule chose one. */
export const tenantAttribute = 'millrace.tenant'

/** The origin of a source whose resource is known by its names. */
export function originOf({ service, host, resource, scope }: OriginInput): RecordOrigin {
  const attributes = new WireWriter(256)
  writeAttributes(attributes, 1, resource ?? {})
  return new RecordOrigin({ service, host, attributes: attributes.finish(), scope: encodeScope(scope) })
}

function encodeScope(name: string): Buffer {
  const writer = new WireWriter(128)
  const start = writer.begin(1)
  writer.string(1, name)
  writer.end(start)
  return writer.finish()
}

export const emptyOrigin = originOf({ service: '', host: '', scope: '' })
