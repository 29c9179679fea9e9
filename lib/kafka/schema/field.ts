/**
 * The words a wire message is declared in. A message is declared once for all its versions; readers and writers for
 * one version are compiled from it when first used, and its TypeScript types are inferred from it.
 *
 * Source: the message specifications of Apache Kafka (clients/src/main/resources/common/message/README.md).
 */
import type { Part } from './part.ts'

export type ScalarKind =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'bigint64'
  | 'float64'
  | 'string'
  | 'uuid'
  | 'bytes'
  | 'records'
export type Kind = ScalarKind | 'array' | 'struct'

export interface FieldOptions {
  /** First and last version that carry the field; outside it reads as its default. */
  readonly since?: number
  readonly until?: number
  /** Null is allowed from this version on. */
  readonly nullable?: number
  /** Number of a tagged field: carried only where it differs from its default (KIP-482). */
  readonly tag?: number
  readonly default?: string | number | bigint | boolean | null
  /** A value other than the default may be dropped silently where the version does not carry the field. */
  readonly ignorable?: boolean
}

/** `Out` is what a reader gives, `In` what a writer takes; `Optional` fields may be left out when writing. */
export interface Field<Out = unknown, In = unknown, Optional extends boolean = boolean> {
  readonly kind: Kind
  readonly options: FieldOptions
  /** The members of a struct. */
  readonly fields?: Fields
  /** What an array holds. */
  readonly item?: Field
  /** Types only; never set. */
  readonly types?: { out: Out; in: In; optional: Optional }
}
export type Fields = { readonly [name: string]: Field }

type NullOf<O> = O extends { nullable: number } ? null : never
type OptionalOf<O> = O extends { default: unknown } | { tag: number } | { since: number } | { until: number }
  ? true
  : false
type Scalar<T, O> = Field<T | NullOf<O>, T | NullOf<O>, OptionalOf<O>>
type NoOptions = Record<never, never>

/** What reading gives: every field, absent ones as their defaults. */
export type OutOf<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer Out> ? Out : never }

type OptionalKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<unknown, unknown, infer Optional>
    ? Optional extends true
      ? K
      : never
    : never
}[keyof F]

type InputOf<F> = F extends Field<unknown, infer In> ? In : never

/** What writing takes: fields that not every version carries, or that have a default, may be left out. */
export type InOf<F extends Fields> = { [K in Exclude<keyof F, OptionalKeys<F>>]: InputOf<F[K]> } & {
  [K in OptionalKeys<F>]?: InputOf<F[K]> | undefined
}

function scalar<T>(kind: ScalarKind) {
  return <const O extends FieldOptions = NoOptions>(options?: O): Scalar<T, O> => ({
    kind,
    options: options ?? {},
  })
}

export const bool = scalar<boolean>('bool')
export const int8 = scalar<number>('int8')
export const int16 = scalar<number>('int16')
export const uint16 = scalar<number>('uint16')
export const int32 = scalar<number>('int32')
export const uint32 = scalar<number>('uint32')
/** As a number, checked to be a safe integer when read. */
export const int64 = scalar<number>('int64')
/** As a bigint, for values that use all 64 bits. */
export const bigint64 = scalar<bigint>('bigint64')
export const float64 = scalar<number>('float64')
export const string = scalar<string>('string')
/** As Kafka prints it: 22 characters of base64url. */
export const uuid = scalar<string>('uuid')
/** A copy: may be kept. */
export const bytes = scalar<Buffer>('bytes')
/** A view of the buffer read: valid as long as that is. */
export function records<const O extends FieldOptions = NoOptions>(
  options?: O,
): Field<Buffer | NullOf<O>, Part | NullOf<O>, OptionalOf<O>> {
  return { kind: 'records', options: options ?? {} }
}

export function array<const F extends Fields, const O extends FieldOptions = NoOptions>(
  fields: F,
  options?: O,
): Field<OutOf<F>[] | NullOf<O>, readonly InOf<F>[] | NullOf<O>, OptionalOf<O>> {
  return { kind: 'array', item: { kind: 'struct', options: {}, fields }, options: options ?? {} }
}

export function arrayOf<Out, In, const O extends FieldOptions = NoOptions>(
  item: Field<Out, In>,
  options?: O,
): Field<Out[] | NullOf<O>, readonly In[] | NullOf<O>, OptionalOf<O>> {
  return { kind: 'array', item, options: options ?? {} }
}

export function struct<const F extends Fields, const O extends FieldOptions = NoOptions>(
  fields: F,
  options?: O,
): Field<OutOf<F> | NullOf<O>, InOf<F> | NullOf<O>, OptionalOf<O>> {
  return { kind: 'struct', fields, options: options ?? {} }
}

/** Whether `version` carries the field at all, tagged or not. */
export function isPresent(field: Field, version: number): boolean {
  return version >= (field.options.since ?? 0) && version <= (field.options.until ?? Number.POSITIVE_INFINITY)
}

export function isNullable(field: Field, version: number): boolean {
  return version >= (field.options.nullable ?? Number.POSITIVE_INFINITY)
}

export const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA'

/** The value of a field that is not carried: the declared default, else the zero of its kind. Arrays and structs: undefined. */
export function scalarDefault(field: Field): string | number | bigint | boolean | null | undefined {
  if (field.options.default !== undefined) return field.options.default
  switch (field.kind) {
    case 'bool':
      return false
    case 'string':
      return ''
    case 'uuid':
      return zeroUuid
    case 'bigint64':
      return 0n
    case 'bytes':
    case 'records':
    case 'array':
    case 'struct':
      return undefined
    default:
      return 0
  }
}
