import type { LogQuery } from '../../../lib/logql/index.ts'
import { type StreamColumn, streamSource } from '../../streams.ts'
import { success } from './answer.ts'
import type { Asked } from './asked.ts'
import { defaultStepMs, invalid, type Range } from './parameters.ts'
import { pushedVolumes, type VolumeRow } from './pushed-volumes.ts'
import { requiredSelection } from './selection.ts'
import { labelsOf, streamColumnOf, streamLabels } from './stream-labels.ts'

const defaultSeries = 100
const maxSeries = 10_000
const maxSamples = 1_000_000
/** Steps that nobody asked for are whole windows of a rollup. */
const windowMs = 10_000

/** Bytes of one series, per step where there are steps. */
interface Volume {
  metric: Record<string, string>
  samples: { ms: number; bytes: number }[]
  total: number
}

/**
 * `index/volume`: bytes of lines per series as a vector, at the end of the range. Series are told apart by `targetLabels`, else
 * by the labels that the query names; with `aggregateBy=labels` each of these labels is counted by itself.
 */
export async function volume(asked: Asked): Promise<Response> {
  const range = asked.parameters.range()
  return await answer(asked, range, undefined)
}

/**
 * `index/volume_range`: the same per step, each sample at its step's end; a matrix, or a vector where no series has more than
 * one sample. Steps begin at multiples of their length.
 */
export async function volumeRange(asked: Asked): Promise<Response> {
  const range = asked.parameters.range()
  const fallback = Math.ceil(defaultStepMs(range) / windowMs) * windowMs
  return await answer(asked, range, asked.parameters.stepMs(range, asked.limits.points) ?? fallback)
}

async function answer(asked: Asked, range: Range, stepMs: number | undefined): Promise<Response> {
  const { c, parameters } = asked
  const query = requiredSelection(parameters.text('query'))
  const limit = parameters.count('limit', defaultSeries, maxSeries)
  const names = namesOf(query, parameters.names('targetLabels'))
  const found =
    aggregation(parameters.text('aggregateBy')) === 'series'
      ? await volumesOf(asked, query, range, names, stepMs)
      : (await Promise.all(names.map(name => volumeOfLabel(asked, query, range, name, stepMs)))).flat()
  found.sort((a, b) => b.total - a.total || (JSON.stringify(a.metric) < JSON.stringify(b.metric) ? -1 : 1))
  return success(c, dataOf(found.slice(0, limit)))
}

function aggregation(text: string): 'series' | 'labels' {
  if (text === '' || text === 'series') return 'series'
  if (text === 'labels') return 'labels'
  throw invalid('invalid aggregation option')
}

/** Labels that tell series apart. */
function namesOf(query: LogQuery, target: readonly string[]): string[] {
  const asked = target.length > 0 ? target : query.matchers.map(({ label }) => label)
  return asked.length > 0 ? [...new Set(asked)] : Object.keys(streamLabels)
}

/** Streams that have none of the labels stand in no series. */
async function volumesOf(
  asked: Asked,
  query: LogQuery,
  range: Range,
  names: readonly string[],
  stepMs: number | undefined,
): Promise<Volume[]> {
  const isOfStreams = names.every(name => streamColumnOf(name) !== undefined)
  const rows = await (isOfStreams ? streamVolumes : pushedVolumes)(asked, query, range, names, stepMs)
  const found = new Map<string, Volume>()
  for (const { metric, bucket, bytes } of rows) {
    const key = JSON.stringify(metric)
    if (key === '{}') continue
    const one = found.get(key) ?? { metric, samples: [], total: 0 }
    found.set(key, one)
    one.samples.push({ ms: sampleMs(range, stepMs, bucket), bytes })
    one.total += bytes
  }
  return [...found.values()]
}

async function streamVolumes(
  { reader, tenant, signal }: Asked,
  query: LogQuery,
  range: Range,
  names: readonly string[],
  stepMs: number | undefined,
): Promise<VolumeRow[]> {
  const by = [...new Set(names.map(name => streamColumnOf(name)))].filter(column => column !== undefined)
  const steps = stepMs === undefined ? {} : { stepMs }
  const source = await streamSource(reader, { query, tenant, ...range, by, ...steps }, signal)
  if (source === undefined || by.length === 0) return []
  const keys = stepMs === undefined ? by : [...by, 'bucket']
  const { rows } = await reader.rows<
    Partial<Record<StreamColumn, string>> & { bucket?: number; bytes: number }
  >(
    `SELECT ${keys.join(', ')}, bytes FROM ${source.sql} ORDER BY ${stepMs === undefined ? 'bytes DESC' : 'bucket'} LIMIT ${maxSamples}`,
    source.params,
    signal,
  )
  return rows.map(row => ({
    metric: labelsOf({ ServiceName: '', Host: '', Level: '', ...row }, names),
    bucket: row.bucket,
    bytes: Number(row.bytes),
  }))
}

/** One sample at the end of the range, or one at the end of each step. */
function sampleMs({ endNs }: Range, stepMs: number | undefined, bucket: number | undefined): number {
  const endMs = Number(endNs / 1_000_000n)
  if (stepMs === undefined || bucket === undefined) return endMs
  return Math.min(Number(bucket) + stepMs - 1, endMs)
}

async function volumeOfLabel(
  asked: Asked,
  query: LogQuery,
  range: Range,
  name: string,
  stepMs: number | undefined,
): Promise<Volume[]> {
  const volumes = await volumesOf(asked, query, range, [name], stepMs)
  if (volumes.length === 0) return []
  const byTime = new Map<number, number>()
  for (const { samples } of volumes)
    for (const { ms, bytes } of samples) byTime.set(ms, (byTime.get(ms) ?? 0) + bytes)
  const samples = [...byTime].sort(([a], [b]) => a - b).map(([ms, bytes]) => ({ ms, bytes }))
  return [{ metric: { [name]: '' }, samples, total: samples.reduce((sum, { bytes }) => sum + bytes, 0) }]
}

function dataOf(volumes: readonly Volume[]) {
  const pairs = ({ samples }: Volume) => samples.map(({ ms, bytes }) => [ms / 1000, String(bytes)])
  if (volumes.some(({ samples }) => samples.length > 1))
    return {
      resultType: 'matrix',
      result: volumes.map(one => ({ metric: one.metric, values: pairs(one) })),
      stats: {},
    }
  return {
    resultType: 'vector',
    result: volumes.map(one => ({ metric: one.metric, value: pairs(one)[0] })),
    stats: {},
  }
}
