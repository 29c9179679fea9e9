import { hash } from 'node:crypto'
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
  service: string
  host: string
  instance: string
}

export type LabelPair = readonly [name: string, value: string]

/**
 * The labels of a point: service, host and instance of its resource and its own attributes. An attribute of such a name
 * is kept as `exported_…`, as Prometheus does when it scrapes.
 */
export function seriesLabels(
  family: SeriesFamily,
  attributes: Readonly<Record<string, string>>,
): Map<string, string> {
  const labels = new Map<string, string>()
  for (const key of Object.keys(attributes).sort()) {
    const name = labelName(key)
    const value = attributes[key] as string
    const present = labels.get(name)
    // two keys that become one label: both values, as Prometheus' OTLP receiver does
    labels.set(name, present === undefined ? value : `${present};${value}`)
  }
  for (const [name, value] of [
    ['service', family.service],
    ['host', family.host],
    ['instance', family.instance],
  ] as const) {
    const own = labels.get(name)
    if (own !== undefined && value !== '' && own !== value) labels.set(`exported_${name}`, own)
    if (value !== '') labels.set(name, value)
  }
  return labels
}

/** A series with one more label (`le`, `quantile`) or none. */
export function makeSeries(
  name: string,
  family: SeriesFamily,
  labels: ReadonlyMap<string, string>,
  extra?: LabelPair,
): Series {
  const all = new Map(labels)
  if (extra !== undefined) all.set(extra[0], extra[1])
  const sorted = [...all].filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1))
  const digest = fingerprint(name, sorted)
  return {
    name,
    type: family.type,
    unit: family.unit,
    description: family.description,
    temporality: family.temporality,
    labels: sorted,
    service: family.service,
    host: family.host,
    fingerprintLow: digest.readUInt32LE(0),
    fingerprintHigh: digest.readUInt32LE(4),
  }
}

/** 64 bits of SHA-256 over name and labels, each with its length, so that no two label sets read alike. */
function fingerprint(name: string, labels: readonly LabelPair[]): Buffer {
  let text = `${name.length}:${name}`
  for (const [label, value] of labels) text += `${label.length}:${label}${value.length}:${value}`
  return hash('sha256', text, 'buffer')
}
