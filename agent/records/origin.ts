import { type OtlpAttributes, WireWriter, writeAttributes } from '../../lib/otlp/index.ts'

/** Headers kept for services and hosts that lines name themselves; beyond, they are made anew. */
const maxHeaders = 256

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
  readonly #headers = new Map<string, Buffer>()

  constructor(input: { service: string; host: string; attributes: Buffer; scope: Buffer }) {
    this.service = input.service
    this.host = input.host
    this.serviceBytes = Buffer.from(input.service)
    this.hostBytes = Buffer.from(input.host)
    this.attributes = input.attributes
    this.scope = input.scope
  }

  /** Field 1 of ResourceLogs, the resource, with its tag. */
  header(service: string, host: string, tenant: string): Buffer {
    const key = `${service}\0${host}\0${tenant}`
    const known = this.#headers.get(key)
    if (known !== undefined) return known
    if (this.#headers.size >= maxHeaders) this.#headers.clear()
    const header = this.#encode(service, host, tenant)
    this.#headers.set(key, header)
    return header
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
