import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { messageOf, OperatingError } from '../../lib/base/index.ts'
import { Annotations } from '../promql/annotations.ts'
import { formatLabels, type Sample, sampleAt, type Value } from '../promql/column.ts'
import { Evaluator } from '../promql/evaluate.ts'
import { describeHistogram } from '../promql/native/describe.ts'
import { MemoryStore, toHistogram } from '../promql/notation/memory-store.ts'
import { durationMs, readSeries } from '../promql/notation/series.ts'
import { parsePromQl } from '../promql/parser.ts'
import { loadsOf } from '../promql/plan.ts'
import { atMoment } from '../promql/steps.ts'
import type { Alert } from './alert.ts'
import { isAlerting, type RuleGroup } from './file.ts'
import { runGroup } from './group.ts'
import { ruleSamples } from './language.ts'
import type { RuleSample } from './sample.ts'
import { emptyState, type GroupState } from './state.ts'
import { expandTemplate } from './template.ts'

const duration = z.union([z.string(), z.number()]).transform(given => durationMs(String(given)))
const labels = z.record(z.string(), z.coerce.string()).default({})
const unitTest = z.strictObject({
  name: z.string().default(''),
  interval: duration.default(60_000),
  start_timestamp: z.union([z.string(), z.number()]).optional(),
  input_series: z.array(z.strictObject({ series: z.string(), values: z.coerce.string() })).default([]),
  alert_rule_test: z
    .array(
      z.strictObject({
        eval_time: duration.default(0),
        alertname: z.string(),
        exp_alerts: z.array(z.strictObject({ exp_labels: labels, exp_annotations: labels })).default([]),
      }),
    )
    .default([]),
  promql_expr_test: z
    .array(
      z.strictObject({
        expr: z.string(),
        eval_time: duration.default(0),
        exp_samples: z
          .array(
            z.strictObject({
              labels: z.string().default('{}'),
              value: z.coerce.number().optional(),
              histogram: z.string().optional(),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
  external_labels: labels,
  external_url: z.string().default(''),
})
const testFile = z.strictObject({
  rule_files: z.array(z.string()).default([]),
  evaluation_interval: duration.default(60_000),
  group_eval_order: z.array(z.string()).default([]),
  fuzzy_compare: z.boolean().default(false),
  tests: z.array(unitTest).default([]),
})
type UnitTest = z.output<typeof unitTest>
type TestFile = z.output<typeof testFile>
type Expected = UnitTest['promql_expr_test'][number]['exp_samples'][number]

/**
 * Runs the unit tests of a file in promtool's format: rules over written series, at whole evaluation intervals. Answers what
 * differs, nothing where all is as it must be. Source: Prometheus, unit testing for rules. Errors: RULES_INVALID.
 */
export async function testRules(
  text: string,
  path: string,
  loadFiles: (patterns: readonly string[], folder: string, mustMatch: boolean) => Promise<RuleGroup[]>,
): Promise<{ tests: number; failures: string[] }> {
  const file = readFile(text, path)
  const groups = ordered(
    await loadFiles(file.rule_files, dirname(resolve(path)), true),
    file.group_eval_order,
  )
  const failures: string[] = []
  for (const [i, test] of file.tests.entries()) {
    const name = test.name === '' ? `test ${i + 1}` : test.name
    const found = await new Scene(groups, file, test).run()
    failures.push(...found.map(failure => `${path}: ${name}: ${failure}`))
  }
  return { tests: file.tests.length, failures }
}

function readFile(text: string, path: string): TestFile {
  try {
    return testFile.parse(parse(text) ?? {})
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    throw new OperatingError('RULES_INVALID', `${path}: ${why}`)
  }
}

function ordered(groups: readonly RuleGroup[], order: readonly string[]): RuleGroup[] {
  const placeOf = ({ name }: RuleGroup) => (order.includes(name) ? order.indexOf(name) : order.length)
  return groups.toSorted((a, b) => placeOf(a) - placeOf(b))
}

/** One test: series, and rules that were evaluated over them up to a moment. */
class Scene {
  readonly #groups: readonly RuleGroup[]
  readonly #file: TestFile
  readonly #test: UnitTest
  readonly #store = new MemoryStore()
  readonly #states = new Map<RuleGroup, GroupState>()
  readonly #startMs: number
  #evaluatedMs = -1

  constructor(groups: readonly RuleGroup[], file: TestFile, test: UnitTest) {
    this.#groups = groups
    this.#file = file
    this.#test = test
    const start = test.start_timestamp
    this.#startMs = start === undefined ? 0 : typeof start === 'number' ? start * 1000 : Date.parse(start)
  }

  async run(): Promise<string[]> {
    const { input_series: input, interval } = this.#test
    const series = input.map(one => readSeries(`${one.series} ${one.values}`))
    this.#store.load({ series, stepMs: interval, withNative: false, startMs: this.#startMs })
    const failures: string[] = []
    // rules that cannot be evaluated are wrong even where nothing is asked
    await this.#evaluateTo(0)
    const moments = [
      ...this.#test.alert_rule_test.map(test => ({ atMs: test.eval_time, check: () => this.#alerts(test) })),
      ...this.#test.promql_expr_test.map(test => ({
        atMs: test.eval_time,
        check: () => this.#expression(test),
      })),
    ].sort((a, b) => a.atMs - b.atMs)
    for (const { atMs, check } of moments) {
      await this.#evaluateTo(atMs)
      const failure = check()
      if (failure !== undefined) failures.push(failure)
    }
    return failures
  }

  async #evaluateTo(toMs: number): Promise<void> {
    const step = this.#file.evaluation_interval
    for (let atMs = this.#evaluatedMs < 0 ? 0 : this.#evaluatedMs + step; atMs <= toMs; atMs += step) {
      for (const group of this.#groups)
        if (atMs % (group.interval || step) === 0) await this.#evaluate(group, atMs)
      this.#evaluatedMs = atMs
    }
  }

  async #evaluate(group: RuleGroup, atMs: number): Promise<void> {
    const timeMs = this.#startMs + atMs
    const alerting = { externalLabels: this.#test.external_labels, externalUrl: this.#test.external_url }
    const query = (expr: string, questionMs: number) => Promise.resolve(this.#samples(expr, questionMs))
    const tools = {
      query,
      expand: (template: string, sample: RuleSample) =>
        expandTemplate(template, { sample, alerting, query: expr => query(expr, timeMs) }),
      monotonicMs: () => 0,
      onRecorded: (recorded: Parameters<MemoryStore['put']>[0]) => this.#store.put(recorded, timeMs),
    }
    const { state } = await runGroup(group, this.#states.get(group) ?? emptyState(), timeMs, tools)
    const wrong = [...state.health.values()].find(({ lastError }) => lastError !== '')
    if (wrong !== undefined)
      throw new OperatingError('RULES_INVALID', `group ${group.name}: ${wrong.lastError}`)
    this.#states.set(group, state)
  }

  #samples(expr: string, atMs: number): RuleSample[] {
    return ruleSamples(this.#value(expr, atMs))
  }

  #value(expr: string, atMs: number): Value {
    const steps = atMoment(atMs)
    const expression = parsePromQl(expr, { stepMs: 0, rangeMs: 0 })
    const loaded = new Map(
      loadsOf(expression, steps).map(({ selector }) => [selector, this.#store.select(selector)]),
    )
    return new Evaluator(steps, loaded, { notes: new Annotations(expr) }).evaluate(expression)
  }

  #alerts(test: UnitTest['alert_rule_test'][number]): string | undefined {
    const firing = this.#groups.flatMap(group => this.#firingOf(group, test.alertname))
    const found = firing.map(({ labels: own, annotations }) => describe(own, annotations)).sort()
    const expected = test.exp_alerts
      .map(one => describe({ ...one.exp_labels, alertname: test.alertname }, one.exp_annotations))
      .sort()
    if (found.join('\n') === expected.join('\n')) return undefined
    return `alertname: ${test.alertname}, time: ${test.eval_time / 1000}s\n  expected: ${list(expected)}\n  found:    ${list(found)}`
  }

  #firingOf(group: RuleGroup, alertname: string): Alert[] {
    const state = this.#states.get(group)
    return group.rules
      .filter(rule => isAlerting(rule) && rule.alert === alertname)
      .flatMap(rule =>
        [...(state?.alerts ?? [])].filter(([key]) => key === `alert ${alertname} ${rule.expr}`),
      )
      .flatMap(([, alerts]) => [...alerts.values()])
      .filter(alert => alert.state === 'firing')
  }

  #expression({
    expr,
    eval_time: atMs,
    exp_samples: wanted,
  }: UnitTest['promql_expr_test'][number]): string | undefined {
    const value = this.#value(expr, this.#startMs + atMs)
    const found = samplesIn(value)
    const expected = wanted.map(expectedOf)
    if (areSame(found, expected, this.#file.fuzzy_compare)) return undefined
    const text = (all: readonly Labelled[]) => list(all.map(one => `${one.key} ${one.text}`).sort())
    return `expr: ${expr}, time: ${atMs / 1000}s\n  expected: ${text(expected)}\n  found:    ${text(found)}`
  }
}

/** A sample by its labels; a histogram is compared as its text. */
interface Labelled {
  key: string
  value: number | undefined
  text: string
}

function samplesIn(value: Value): Labelled[] {
  if (value.kind === 'scalar') return [labelled({}, value.values[0] as number)]
  if (value.kind !== 'vector') return []
  return value.columns.flatMap(column => {
    const sample = sampleAt(column, 0)
    return sample === undefined ? [] : [labelled(column.labels, sample)]
  })
}

function expectedOf({ labels: text, value, histogram }: Expected): Labelled {
  const own = readSeries(text).labels
  if (histogram === undefined || histogram === '') return labelled(own, value ?? 0)
  const [point] = readSeries(`x ${histogram}`).points
  return labelled(own, typeof point === 'object' ? toHistogram(point) : Number.NaN)
}

function labelled(own: Readonly<Record<string, string>>, sample: Sample): Labelled {
  const key = written(own)
  if (typeof sample === 'number') return { key, value: sample, text: String(sample) }
  return { key, value: undefined, text: describeHistogram(sample) }
}

/** Each in one pair. */
function areSame(found: readonly Labelled[], expected: readonly Labelled[], isFuzzy: boolean): boolean {
  const byKey = (a: Labelled, b: Labelled) =>
    a.key === b.key ? (a.text < b.text ? -1 : 1) : a.key < b.key ? -1 : 1
  const [one, other] = [found.toSorted(byKey), expected.toSorted(byKey)]
  return (
    one.length === other.length &&
    one.every(({ key, value, text }, i) => {
      const { key: wantedKey, value: wanted, text: wantedText } = other[i] as Labelled
      if (key !== wantedKey) return false
      if (value === undefined || wanted === undefined) return text === wantedText
      return Object.is(value, wanted) || value === wanted || (isFuzzy && isNextTo(value, wanted))
    })
  )
}

/** Not more than one double apart. Source: prometheus cmd/promtool, fuzzy_compare. */
function isNextTo(a: number, b: number): boolean {
  const [one, other] = [bitsOf(a), bitsOf(b)]
  return a > 0 === b > 0 && Math.abs(Number(one - other)) <= 1
}

function bitsOf(value: number): bigint {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes.readBigInt64BE()
}

function describe(
  own: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
): string {
  return `${written(own)} ${written(annotations)}`
}

/** `{a="b"}`, by name. */
function written(labels: Readonly<Record<string, string>>): string {
  return formatLabels(Object.fromEntries(Object.entries(labels).sort()))
}

function list(all: readonly string[]): string {
  return all.length === 0 ? 'nothing' : all.join('; ')
}
