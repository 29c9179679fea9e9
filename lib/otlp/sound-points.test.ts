import { expect, it } from 'vitest'
import { checkRequest, jsonToProtobuf, protobufToJson, soundPoints } from './index.ts'

type Json = Record<string, unknown>
const request = (...metrics: Json[]) =>
  jsonToProtobuf('metrics', JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }))
const gauge = (point: Json, name = 'g') => ({
  name,
  gauge: { dataPoints: [{ timeUnixNano: '1', ...point }] },
})
const histogram = (...points: Json[]) => ({ name: 'h', histogram: { dataPoints: points } })
const summary = (quantile: number) => ({
  name: 's',
  summary: { dataPoints: [{ count: '1', quantileValues: [{ quantile, value: 1 }] }] },
})

it.each([
  ['a value', gauge({ asDouble: 0.5 })],
  ['a whole number', gauge({ asInt: '0' })],
  ['no recorded value', gauge({ flags: 1 })],
  ['a value that is no number', gauge({ asDouble: 'NaN' })],
  ['counts and bounds', histogram({ count: '3', bucketCounts: ['1', '2'], explicitBounds: [5] })],
  ['neither', histogram({ count: '3' })],
  ['one count', histogram({ count: '3', bucketCounts: ['3'] })],
  ['a quantile', summary(0.99)],
])('a point with %s is sound', (_, metric) => {
  const bytes = request(metric)
  expect(soundPoints(bytes)).toEqual({ bytes, rejected: 0, problem: undefined })
})

it.each([
  ['metric "g" has a point without a value', gauge({})],
  ['metric "" has no name', gauge({ asInt: '1' }, '')],
  [
    'metric "h" has 2 counts for 2 bounds, expected 3',
    histogram({ bucketCounts: ['1', '2'], explicitBounds: [1, 2] }),
  ],
  ['metric "h" has 0 counts for 1 bounds, expected 2', histogram({ explicitBounds: [1] })],
  [
    'metric "h" has bounds that do not rise',
    histogram({ bucketCounts: ['1', '2', '3'], explicitBounds: [2, 2] }),
  ],
  [
    'metric "h" has bounds that do not rise',
    histogram({ bucketCounts: ['1', '2'], explicitBounds: ['NaN'] }),
  ],
  ['metric "s" has the quantile 1.5, expected 0 to 1', summary(1.5)],
  ['metric "s" has the quantile NaN, expected 0 to 1', summary('NaN' as never)],
])('%s', (problem, metric) => {
  const { bytes, rejected, problem: found } = soundPoints(request(metric))
  expect({ rejected, found, left: checkRequest('metrics', bytes) }).toEqual({
    rejected: 1,
    found: problem,
    left: 0,
  })
})

it('tells of a metric without data, of which there is nothing to reject', () => {
  const bytes = request({ name: 'empty', unit: 's' })
  expect(soundPoints(bytes)).toEqual({
    bytes,
    rejected: 0,
    problem: 'metric "empty" has no data of any kind',
  })
})

it('leaves everything else as it was', () => {
  const bad = { bucketCounts: ['1'], explicitBounds: [1, 2] }
  const good = { count: '3', sum: 4, bucketCounts: ['1', '2'], explicitBounds: [5] }
  const metrics = (points: Json[]) => [{ ...histogram(...points), unit: 'ms', description: 'how long' }]
  const body = (points: Json[]) =>
    jsonToProtobuf(
      'metrics',
      JSON.stringify({
        resourceMetrics: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
            scopeMetrics: [{ scope: { name: 'a' }, metrics: metrics(points), schemaUrl: 'https://x' }],
          },
        ],
      }),
    )
  const { bytes, rejected } = soundPoints(body([bad, good, bad]))
  expect(rejected).toBe(2)
  expect(protobufToJson('metrics', bytes)).toEqual(protobufToJson('metrics', body([good])))
})
