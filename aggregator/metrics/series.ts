import { hash } from 'node:crypto'
import type { SeriesContext, Texts } from './context.ts'
import { labelName } from './names.ts'

/** One series in Prometheus' sense. Made once and kept, since the same ones come again with every export. */
export interface Series {
  readonly name: string
  readonly type: string
  readonly unit: string
  readonly description: string
  readonly temporality: string
  /** Sorted by name; without empty values, as Prometheus has it. */
  readonly labels: readonly (readonly [name: string, value: string])[]
  readonly service: string
  readonly host: string
  readonly fingerprintLow: number
  readonly fingerprintHigh: number
}

/** What the series of one metric share. */
export interface SeriesFamily {
  type: string
  unit: string
  description: string
  temporality: string
  context: SeriesContext
}

export type LabelPair = readonly [name: string, value: string]

/**
 * The labels of a point: its own attributes and what its resource and scope say. An attribute of a name that has a
 * meaning here is kept as `exported_…`, as Prometheus does when it scrapes.
 */
export function seriesLabels({ context }: SeriesFamily, attributes: Texts): Map<string, string> {
  if (context.isPrometheus) return new Map(Object.entries(attributes))
  const labels = new Map<string, string>()
  for (const key of Object.keys(attributes).sort()) {
    const name = labelName(key)
    const value = attributes[key] as string
    const present = labels.get(name)
    // two keys that become one label: both values, as Prometheus' OTLP receiver does
    labels.set(name, present === undefined ? value : `${present};${value}`)
  }
  yieldName(labels, '__name__', '')
  for (const [name, value] of context.labels) set(labels, name, value)
  return labels
}

function set(labels: Map<string, string>, name: string, value: string): void {
  yieldName(labels, name, value)
  labels.set(name, value)
}

/** Moves a label out of the way of another of the same name, unless both say the same. */
function yieldName(labels: Map<string, string>, name: string, value: string): void {
  const own = labels.get(name)
  labels.delete(name)
  if (own === undefined || own === '' || own === value) return
  let exported = `exported_${name}`
  while (labels.has(exported)) exported = `exported_${exported}`
  labels.set(exported, own)
}

/** A series with one more label (`le`, `quantile`) or none. */
export function makeSeries(
  name: string,
  family: SeriesFamily,
  labels: ReadonlyMap<string, string>,
  extra?: LabelPair,
): Series {
  const all = new Map(labels)
  if (extra !== undefined) set(all, extra[0], extra[1])
  const sorted = [...all].filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1))
  const digest = fingerprint(name, sorted)
  const { context, ...described } = family
  return {
    name,
    ...described,
    labels: sorted,
    service: context.service,
    host: context.host,
    fingerprintLow: digest.readUInt32LE(0),
    fingerprintHigh: digest.readUInt32LE(4),
  }
}

/** How many of the 64 bits are the name's: so the samples of one metric, which are asked for together, stand together. */
const nameBytes = 2

/**
 * 48 bits of SHA-256 over name and labels, each with its length, so that no two label sets read alike; above them 16 bits over the
 * name alone.
 */
function fingerprint(name: string, labels: readonly LabelPair[]): Buffer {
  let text = `${name.length}:${name}`
  for (const [label, value] of labels) text += `${label.length}:${label}${value.length}:${value}`
  const digest = Buffer.from(hash('sha256', text, 'buffer'))
  hash('sha256', name, 'buffer').copy(digest, 8 - nameBytes, 0, nameBytes)
  return digest
}
