import { describe, expect, it, test } from 'vitest'
import { type Alert, type Alerts, stepAlerts } from './alert.ts'
import { alertingSection } from './config.ts'
import { parseRuleFile } from './file.ts'
import { runGroup } from './group.ts'
import type { Told } from './journal.ts'
import { languageOf } from './language.ts'
import { dueNotifications, toldOf } from './notify/dispatch.ts'
import { fingerprintOf, webhookBody } from './notify/message.ts'
import { dueOf } from './schedule.ts'
import { matches } from './service.ts'
import { isSilenced, type Silence } from './silence.ts'
import { emptyState, readState, writeState } from './state.ts'
import { expandTemplate } from './template.ts'
import { testRules } from './unit-test.ts'

const minute = 60_000
const file = `
groups:
  - name: web
    interval: 1m
    limit: 10
    labels: { team: shop }
    rules:
      - record: job:errors:rate5m
        expr: sum by (job) (rate(errors_total[5m]))
      - alert: ManyErrors
        expr: job:errors:rate5m > 5
        for: 2m
        keep_firing_for: 1m
        labels: { severity: page }
        annotations: { summary: 'too many' }
`

test('a rule file is read as Prometheus reads it', () => {
  const [group] = parseRuleFile(file, 'web.yaml')
  expect(group).toMatchObject({ name: 'web', interval: minute, limit: 10, file: 'web.yaml', query_offset: 0 })
  expect(group?.rules[1]).toMatchObject({ alert: 'ManyErrors', for: 2 * minute, keep_firing_for: minute })
})

test.each([
  [
    'groups: [{ name: a, rules: [{ alert: x }] }]',
    'a.yaml:1:29: groups.0.rules.0.expr: an expression is missing',
  ],
  ['groups: [{ name: a, rules: [{ expr: x }] }]', 'a rule has either record or alert'],
  [
    'groups: [{ name: a, interval: often }]',
    'a.yaml:1:31: groups.0.interval: found often, expected a duration',
  ],
  ['groups: [{ name: a }, { name: a }]', 'the group a is there twice'],
  [
    `groups: [{ name: a, rules: [{ record: 'x{a="b"}', expr: x }] }]`,
    'a metric is named here, without braces',
  ],
  ['groups: [{ name: a, rules: [{ alert: x, expr: x, for: 1h1h }] }]', 'found 1h1h, expected a duration'],
  ['groups: [{ name: a, rules: [{ alert: x, expr: x, labels: { __name__: y } }] }]', '__name__ is no label'],
  ['groups: {', 'a.yaml:1:10'],
])('a rule file that is wrong says where: %s', (text, error) => {
  expect(() => parseRuleFile(text, 'a.yaml')).toThrow(error)
})

test('names with any letters, no limit and no groups are right, as in Prometheus', () => {
  const text =
    'groups: [{ name: a, limit: -1, rules: [{ record: http.größe, expr: 1, labels: { a-b: c } }] }]'
  expect(parseRuleFile(text, 'a.yaml')[0]).toMatchObject({
    limit: 0,
    rules: [{ record: 'http.größe', labels: { 'a-b': 'c' } }],
  })
  expect(parseRuleFile('groups:', 'a.yaml')).toEqual([])
})

test.each([
  ['rate(errors_total[5m]) > 5', undefined, 'promql'],
  ['rate({__name__="errors_total"}[5m]) > 5', undefined, 'promql'],
  ['sum by (service) (rate({level="error"} |= "declined" [5m])) > 5', undefined, 'logql'],
  ['quantile_over_time(0.9, {level="error"} | unwrap took [5m]) > 5', undefined, 'logql'],
  ['vector(1)', 'logql' as const, 'logql'],
  ['{ status = error } | rate() by (resource.service.name) > 0.5', undefined, 'traceql'],
  ['{ kind = server } >> { span.a = "}" } | quantile_over_time(duration, .99) > 2s', undefined, 'traceql'],
  ['({ status = error } | rate()) / ({} | rate()) > 0.05 with (window=15m)', undefined, 'traceql'],
  ['{job="a"} > 5', undefined, 'promql'],
  ['sum(count_over_time({a="b"} | json | x > 5 [1m]))', undefined, 'logql'],
])('%s is read in its language', (expr, named, language) => {
  expect(languageOf(expr, named)).toBe(language)
})

test.each([
  ['count_over_time({level="error"}[5x]) > 5', undefined, 'found 5x, expected a range'],
  ['{level="error"}', 'logql' as const, 'a rule counts lines'],
  ['up > 5', 'logql' as const, 'up is no metric of lines'],
  ['{ status = error }', 'traceql' as const, 'a rule counts spans'],
  ['{} | rate() with (window=x)', undefined, 'found x, expected a duration'],
  ['{ a } | rate()', undefined, 'unknown field a'],
])('%s is refused as an expression', (expr, named, message) => {
  expect(() => languageOf(expr, named)).toThrow(message)
})

describe('an alert', () => {
  const rule = { alert: 'A', for: 2 * minute, keep_firing_for: minute }
  const sample = (value = 1) => [{ labels: { job: 'web' }, value }]
  const describeSample = ({ labels }: { labels: Readonly<Record<string, string>> }) => ({
    labels,
    annotations: {},
  })
  const statesOf = (holds: string): (string | undefined)[] => {
    let alerts: Alerts = new Map()
    return [...holds].map((one, i) => {
      alerts = stepAlerts(rule, alerts, one === '1' ? sample() : [], i * minute, describeSample)
      return [...alerts.values()][0]?.state
    })
  }

  it('fires when its condition has held for long enough, and for a while longer', () => {
    expect(statesOf('0111100')).toEqual([
      undefined,
      'pending',
      'pending',
      'firing',
      'firing',
      'firing',
      'resolved',
    ])
  })

  it('is forgotten where it was only pending, and begins anew', () => {
    expect(statesOf('1101')).toEqual(['pending', 'pending', undefined, 'pending'])
  })

  it('is no alert where one label set comes twice', () => {
    expect(() => stepAlerts(rule, new Map(), [...sample(), ...sample()], 0, describeSample)).toThrow('twice')
  })
})

describe('a group', () => {
  const group = { name: 'web', file: 'web.yaml', interval: minute, query_offset: 0 }
  // the group's moments are whole minutes, shifted by its name
  const moment = (() => {
    const due = dueOf(group, undefined, 100 * minute, { completeToMs: null, missingHosts: [] })
    return due.kind === 'evaluate' ? due.atMs : 0
  })()

  it('is evaluated when the data are complete to its moment, and says what it waits for', () => {
    const complete = { completeToMs: moment + minute, missingHosts: [] }
    expect(dueOf(group, moment, moment + minute, complete)).toMatchObject({
      kind: 'evaluate',
      atMs: moment + minute,
    })
    const late = { completeToMs: moment + minute - 1, missingHosts: ['h1'] }
    expect(dueOf(group, moment, moment + minute, late)).toMatchObject({
      kind: 'waiting',
      why: expect.stringMatching(
        /^waits until all that was written up to \S+Z has come in, so far all has up to \S+Z; nothing is heard of h1/,
      ),
    })
    expect(dueOf(group, moment, moment + 1, complete)).toEqual({ kind: 'early', nextMs: moment + minute })
  })

  it('does not wait for ever, and counts what it missed', () => {
    const dead = { completeToMs: moment, missingHosts: [] }
    expect(dueOf(group, moment, moment + 12 * minute, dead)).toMatchObject({ kind: 'evaluate', missed: 11 })
  })

  it('records, alerts, ends series that vanished, and goes on after a restart where it was', async () => {
    const [parsed] = parseRuleFile(file, 'web.yaml')
    if (parsed === undefined) throw new Error('no group')
    let value: number | undefined = 9
    const tools = {
      query: () => Promise.resolve(value === undefined ? [] : [{ labels: { job: 'a' }, value }]),
      expand: (template: string) => Promise.resolve(template),
      monotonicMs: () => 0,
    }
    const first = await runGroup(parsed, emptyState(), 0, tools)
    expect(first.recorded).toEqual([
      { labels: { job: 'a', team: 'shop', __name__: 'job:errors:rate5m' }, value: 9 },
      {
        labels: {
          job: 'a',
          team: 'shop',
          severity: 'page',
          alertname: 'ManyErrors',
          alertstate: 'pending',
          __name__: 'ALERTS',
        },
        value: 1,
      },
    ])
    const kept = readState(writeState('web', 'web.yaml', first.state))?.state ?? emptyState()
    expect(kept).toEqual(first.state)
    value = undefined
    const second = await runGroup(parsed, kept, minute, tools)
    expect(second.recorded.map(({ value: own }) => own)).toEqual([undefined, undefined])
  })

  it('keeps its alerts where an expression fails', async () => {
    const [parsed] = parseRuleFile(file, 'web.yaml')
    if (parsed === undefined) throw new Error('no group')
    const failing = {
      query: () => Promise.reject(new Error('the store is away')),
      expand: (template: string) => Promise.resolve(template),
      monotonicMs: () => 0,
    }
    const { state } = await runGroup(parsed, emptyState(), 0, failing)
    expect([...state.health.values()].map(({ lastError }) => lastError)).toEqual([
      'the store is away',
      'the store is away',
    ])
  })
})

describe('notifications', () => {
  const alerting = alertingSection.parse({
    route: {
      receiver: 'all',
      groupBy: ['alertname'],
      routes: [{ match: '{severity="page"}', receiver: 'pager', groupWaitMs: 0 }],
    },
  })
  const alert = (labels: Record<string, string>, more: Partial<Alert> = {}): Alert => ({
    labels,
    annotations: {},
    state: 'firing',
    value: 1,
    activeAtMs: 0,
    firedAtMs: 0,
    ...more,
  })
  const due = (alerts: Alert[], told: Map<string, Told>, nowMs: number) =>
    dueNotifications(alerting, alerts, told, nowMs, matches)

  it('go to the receiver of the first route that matches, together and after a wait', () => {
    const alerts = [
      alert({ alertname: 'A', severity: 'page' }),
      alert({ alertname: 'B', job: 'x' }),
      alert({ alertname: 'B', job: 'y' }),
    ]
    expect(due(alerts, new Map(), 0).send.map(({ receiver }) => receiver)).toEqual(['pager'])
    const later = due(alerts, new Map(), 30_000).send
    expect(later.map(({ receiver, firing }) => [receiver, firing.length])).toEqual([
      ['pager', 1],
      ['all', 2],
    ])
  })

  it('come again when something changes, when it ends, and where it goes on for hours', () => {
    const one = alert({ alertname: 'B', job: 'x' })
    const [first] = due([one], new Map(), 30_000).send
    if (first === undefined) throw new Error('nothing to tell')
    const told = new Map([[first.key, toldOf(first, 30_000)]])
    const both = [one, alert({ alertname: 'B', job: 'y' })]
    expect(due(both, told, 60_000).send).toEqual([])
    expect(due(both, told, 330_000).send).toHaveLength(1)
    const resolved = alert({ alertname: 'B', job: 'x' }, { state: 'resolved', resolvedAtMs: 100_000 })
    expect(due([resolved], told, 330_000).send[0]).toMatchObject({
      firing: [],
      resolved: [{ state: 'resolved' }],
    })
    expect(due([one], told, 330_000).send).toEqual([])
    expect(due([one], told, 15_000_000).send).toHaveLength(1)
    expect(due([], told, 0).forget).toEqual([first.key])
  })

  it('are not sent of what is silenced', () => {
    const silence: Silence = {
      id: '1',
      matchers: [{ name: 'job', value: 'x.*', isRegex: true, isEqual: true }],
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '2026-01-02T00:00:00Z',
      createdBy: '',
      comment: '',
      updatedAt: '',
    }
    const within = Date.parse('2026-01-01T12:00:00Z')
    expect(isSilenced({ job: 'x1' }, [silence], within)).toBe(true)
    expect(isSilenced({ job: 'y' }, [silence], within)).toBe(false)
    expect(isSilenced({ job: 'x1' }, [silence], within + 86_400_000)).toBe(false)
  })

  it("have Alertmanager's form", () => {
    const [notification] = due([alert({ alertname: 'A', severity: 'page' })], new Map(), 0).send
    if (notification === undefined) throw new Error('nothing to tell')
    expect(webhookBody(notification, 'http://here')).toMatchObject({
      version: '4',
      status: 'firing',
      receiver: 'pager',
      groupLabels: { alertname: 'A' },
      commonLabels: { alertname: 'A', severity: 'page' },
      alerts: [
        {
          status: 'firing',
          endsAt: '0001-01-01T00:00:00Z',
          fingerprint: fingerprintOf({ alertname: 'A', severity: 'page' }),
        },
      ],
    })
  })
})

describe('a template', () => {
  const expand = (text: string, value = 0.123) =>
    expandTemplate(text, {
      sample: { labels: { instance: 'db.example.org:9100', job: 'db' }, value },
      alerting: { externalLabels: { region: 'eu' }, externalUrl: 'http://here/x' },
      query: expr => Promise.resolve(expr === 'none' ? [] : [{ labels: { a: expr }, value: 7 }]),
    })

  it.each([
    [
      'Instance {{ $labels.instance }} of {{ .Labels.job }} at {{ $value }}',
      'Instance db.example.org:9100 of db at 0.123',
    ],
    [
      '{{ $value | humanizePercentage }} {{ 1234567.0 | humanize }} {{ humanize1024 2048 }}',
      '12.3% 1.235M 2ki',
    ],
    ['{{ humanizeDuration 93784 }} {{ humanizeDuration 0.005 }}', '1d 2h 3m 4s 5ms'],
    ['{{ humanizeTimestamp 1435065584.128 }}', '2015-06-23 13:19:44.128 +0000 UTC'],
    ['{{ with query "up" }}{{ . | first | value }} {{ . | first | label "a" }}{{ end }}', '7 up'],
    ['{{ range query "x" }}{{ .Labels.a }}={{ .Value }}{{ end }}', 'x=7'],
    ['{{ query "none" | first }}', '<error expanding template: first() called on vector with no elements>'],
    [
      '{{ $labels.instance | stripPort }} {{ $labels.instance | stripDomain }} {{ reReplaceAll "b(.)" "<$1>" "abcbd" }}',
      'db.example.org db:9100 a<c><d>',
    ],
    [
      '{{ $externalLabels.region }} {{ $externalURL }} {{ pathPrefix }} {{ $labels.nothing }}|',
      'eu http://here/x /x |',
    ],
    ['{{ title "abc def" }} {{ toUpper "x" }} {{ match "a.*" "xabc" }}', 'Abc Def X true'],
    ['no template', 'no template'],
  ])('%s gives %s', async (text, expected) => {
    expect(await expand(text)).toBe(expected)
  })
})

describe('unit tests in the format of promtool', () => {
  const failuresOf = async (text: string) =>
    (await testRules(text, 'a.test.yaml', () => Promise.resolve([]))).failures

  test('may leave out labels and the time, and compare histograms', async () => {
    const text = `
tests:
  - input_series: [{ series: h, values: '{{schema:1 count:3 sum:4 buckets:[1 2]}}' }]
    promql_expr_test:
      - { expr: time(), exp_samples: [{ value: 0 }] }
      - { expr: h, exp_samples: [{ labels: h, histogram: '{{schema:1 count:3 sum:4 buckets:[1 2]}}' }] }`
    expect(await failuresOf(text)).toEqual([])
    const [failure] = await failuresOf(text.replace("buckets:[1 2]}}' }] }", "buckets:[2 1]}}' }] }"))
    expect(failure).toContain('expr: h, time: 0s')
  })

  test.each([
    ['2.9999999999999996', false, 1],
    ['2.9999999999999996', true, 0],
    ['2.9999999999999987', true, 1],
  ])('take %s for 3 (fuzzy: %s) with %d failures', async (value, isFuzzy, failures) => {
    const text = `
fuzzy_compare: ${isFuzzy}
tests:
  - input_series: [{ series: x, values: '${value}' }]
    promql_expr_test: [{ expr: x, exp_samples: [{ labels: x, value: 3 }] }]`
    expect(await failuresOf(text)).toHaveLength(failures)
  })
})
