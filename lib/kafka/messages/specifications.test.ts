import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { apis } from '../protocol/apis.ts'
import { type Field, type Fields, isNullable, isPresent, scalarDefault } from '../schema/field.ts'
import type { Message } from '../schema/message.ts'
import * as consumerGroupRecords from './consumer-group-records.ts'
import * as consumerProtocol from './consumer-protocol.ts'
import * as groupRecords from './group-records.ts'
import * as snapshot from './producer-snapshot.ts'
import * as transactionRecords from './transaction-records.ts'

/** Kafka's own message specifications, where the checkout has them beside it. */
const folder = join(import.meta.dirname, '../../../../shared/kafka-messages')
const isThere = existsSync(folder)

interface SpecField {
  name: string
  type: string
  versions?: string
  nullableVersions?: string
  taggedVersions?: string
  tag?: number
  default?: string | number | boolean | null
  ignorable?: boolean | string
  fields?: SpecField[]
}
interface Spec {
  apiKey?: number
  validVersions: string
  flexibleVersions: string
  fields: SpecField[]
  commonStructs?: { name: string; fields: SpecField[] }[]
}

const messages: [string, Message, number | undefined][] = [
  ...Object.values(apis).flatMap((api): [string, Message, number | undefined][] => [
    [api.request.name, api.request as unknown as Message, api.key],
    [api.response.name, api.response as unknown as Message, api.key],
  ]),
  ...[...Object.values(consumerProtocol), ...Object.values(snapshot)].map(
    (message): [string, Message, undefined] => [message.name, message as unknown as Message, undefined],
  ),
  ...[groupRecords, transactionRecords, consumerGroupRecords]
    .flatMap(room => Object.values(room))
    .map((message): [string, Message, undefined] => [message.name, message as unknown as Message, undefined]),
]

describe.skipIf(!isThere)(
  "every schema is that of Kafka's own specification (skipped where ../shared/kafka-messages is absent)",
  () => {
    it.each(messages)('%s', (name, message, key) => {
      const spec = readSpec(name)
      if (key !== undefined) expect(spec.apiKey).toBe(key)
      const [min, max] = range(spec.validVersions)
      expect([message.minVersion, message.maxVersion]).toEqual([min, max])
      for (let version = min; version <= max; version++) {
        expect(message.isFlexible(version)).toBe(within(spec.flexibleVersions, version))
        expect(describeFields(message.fields, version)).toEqual(
          describeSpec(spec.fields, spec.commonStructs ?? [], version),
        )
      }
    })
  },
)

function readSpec(name: string): Spec {
  const direct = join(folder, `${name}.json`)
  const file = existsSync(direct) ? direct : join(folder, 'records', `${name}.json`)
  const lines = readFileSync(file, 'utf8').split('\n')
  return JSON.parse(lines.filter(line => !/^\s*\/\//.test(line)).join('\n')) as Spec
}

function range(text: string): [number, number] {
  const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(text)
  if (match === null) return [Number.POSITIVE_INFINITY, -1]
  const min = Number(match[1])
  return [min, match[2] === '+' ? Number.POSITIVE_INFINITY : Number(match[3] ?? min)]
}

function within(text: string | undefined, version: number): boolean {
  const [min, max] = range(text ?? 'none')
  return version >= min && version <= max
}

interface Description {
  name: string
  type: string
  nullable: boolean
  tag: number | undefined
  default: unknown
  ignorable: boolean
  fields: Description[]
}

function describeFields(fields: Fields, version: number): Description[] {
  return Object.entries(fields)
    .filter(([, field]) => isPresent(field, version))
    .map(([name, field]) => ({
      name,
      type: typeOf(field),
      nullable: isNullable(field, version),
      tag: field.options.tag,
      default: String(scalarDefault(field)),
      ignorable: field.options.ignorable ?? false,
      fields: describeFields(field.fields ?? field.item?.fields ?? {}, version),
    }))
}

function typeOf(field: Field): string {
  if (field.kind === 'array') return `[]${typeOf(field.item as Field)}`
  return field.kind === 'bigint64' ? 'int64' : field.kind
}

function describeSpec(
  fields: SpecField[],
  structs: { name: string; fields: SpecField[] }[],
  version: number,
): Description[] {
  return fields
    .filter(field => within(field.versions ?? field.taggedVersions, version))
    .map(field => {
      const type = field.type.replace('[]', '')
      const isStruct = /^[A-Z]/.test(type)
      const inner = field.fields ?? structs.find(s => s.name === type)?.fields ?? []
      return {
        name: field.name.charAt(0).toLowerCase() + field.name.slice(1),
        type: (field.type.startsWith('[]') ? '[]' : '') + (isStruct ? 'struct' : type),
        nullable: within(field.nullableVersions, version),
        tag: within(field.taggedVersions, version) ? field.tag : undefined,
        default: defaultOf(field, isStruct),
        // a text in some of them
        ignorable: String(field.ignorable ?? false) === 'true',
        fields: describeSpec(inner, structs, version),
      }
    })
}

function defaultOf(field: SpecField, isStruct: boolean): string {
  if (field.default !== undefined) return String(field.default).replace(/^0x7fffffff$/, '2147483647')
  if (isStruct || field.type.startsWith('[]')) return 'undefined'
  const zeros: Record<string, string> = {
    bool: 'false',
    string: '',
    uuid: 'AAAAAAAAAAAAAAAAAAAAAA',
    bytes: 'undefined',
    records: 'undefined',
  }
  return zeros[field.type] ?? '0'
}
