import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../lib/base/index.ts'
import { writeLogsRequest } from '../../lib/otlp/index.ts'
import { RecordDraft } from '../records/draft.ts'
import { readOtlpLogs } from '../records/from-otlp.ts'
import { originOf } from '../records/origin.ts'
import { draftOf, pipelineOf, runRules } from './testing/run-rules.ts'

const bodies = (rules: unknown, lines: readonly string[], changes = {}) =>
  runRules(rules, lines, changes).map(record => record.body)

describe('set', () => {
  it('puts texts and the values of other fields into fields', () => {
    const [record] = runRules(
      [{ type: 'set', fields: { team: 'shop-{{level}}', service: 'x-{{service}}', level: 'warn', n: 7 } }],
      ['level=error msg=hello'],
    )
    expect(record).toMatchObject({ service: 'x-shop', level: 'warn', body: 'level=error msg=hello' })
    expect(record?.attributes).toEqual({ msg: 'hello', team: 'shop-error', n: '7' })
  })

  it('replaces an attribute and clears with an empty text', () => {
    const [record] = runRules([{ type: 'set', fields: { msg: 'bye', a: '' } }], ['a=1 msg=hello b=2'])
    expect(record?.attributes).toEqual({ b: '2', msg: 'bye' })
  })
})

describe('rename', () => {
  it('keeps the type of the value and takes the place of what had the name', () => {
    const [record] = runRules(
      [{ type: 'rename', fields: { status: 'http.status', missing: 'x' } }],
      ['{"http.status":"old","status":503,"a":"b"}'],
    )
    expect(record?.attributes).toEqual({ a: 'b', 'http.status': '503' })
  })

  it('moves between attributes and fields', () => {
    const [record] = runRules(
      [
        { type: 'rename', fields: { srv: 'service', body: 'raw' } },
        { type: 'rename', fields: { m: 'body' } },
      ],
      ['{"srv":"cart","m":"hello"}'],
    )
    expect(record).toMatchObject({ service: 'cart', body: 'hello' })
    expect(record?.attributes).toEqual({ raw: '{"srv":"cart","m":"hello"}' })
  })
})

describe('redact', () => {
  const rules = [{ type: 'redact', kinds: ['card', 'email'] }]

  it('takes secrets out of what the source says of all its records', () => {
    const draft = draftOf('plain')
    draft.origin = originOf({
      service: 'jane@example.org',
      host: 'h of joe@example.org',
      resource: { 'k8s.pod.name': 'shop-1', owner: 'jane@example.org' },
      scope: '',
    })
    const [record] = runRules(rules, [draft])
    expect(record).toMatchObject({ service: '[redacted:email]', host: 'h of [redacted:email]' })
    expect(record?.resource).toEqual({ 'k8s.pod.name': 'shop-1', owner: '[redacted:email]' })
    expect(draft.origin.service).toBe('[redacted:email]')
  })

  it('takes out a private key that comes as one record a line, of each service for itself', () => {
    const line = (service: string, text: string) => `{"service":"${service}","msg":"${text}"}`
    const key = ['-----BEGIN EC PRIVATE KEY-----', 'MHcCAQEEIBkg4LVWM9nuwNSk', 'dGhlIGVuZA==']
    const syslog = (text: string) => `<13>Nov 28 17:07:26 gw app[7]: ${text}`
    const found = runRules(
      [{ type: 'redact', kinds: ['cloud'] }],
      [
        ...key.map(syslog),
        line('web', 'GET /aVeryLongPathOfSomething0 done'),
        syslog('-----END EC PRIVATE KEY-----'),
        syslog('MHcCAQEEIBkg4LVWM9nuwNSk'),
        line('web', '-----BEGIN PRIVATE KEY-----'),
        line('web', 'MHcCAQEEIBkg4LVWM9nuwNSk'),
        line('api', 'MHcCAQEEIBkg4LVWM9nuwNSk'),
      ],
    )
    const mark = '[redacted:cloud]'
    expect(found.map(({ body }) => body)).toEqual([
      ...[mark, mark, mark].map(syslog),
      line('web', 'GET /aVeryLongPathOfSomething0 done'),
      syslog('-----END EC PRIVATE KEY-----'),
      syslog('MHcCAQEEIBkg4LVWM9nuwNSk'),
      `{"service":"web","msg":"${mark}`,
      line('web', mark),
      line('api', 'MHcCAQEEIBkg4LVWM9nuwNSk'),
    ])
    expect(JSON.stringify(found.slice(0, 3))).not.toContain('MHcC')
  })

  it('takes secrets out of the service and host that a line names', () => {
    expect(
      runRules(rules, [
        'service=svc-ada@example.com host=h@example.com msg=a',
        '{"service":"bob@example.org","host":"4111111111111111"}',
      ]).map(({ service, host }) => [service, host]),
    ).toEqual([
      ['[redacted:email]', '[redacted:email]'],
      ['[redacted:email]', '[redacted:card]'],
    ])
  })

  it('takes them out of the names of fields', () => {
    const [record] = runRules(rules, ['{"ada@example.com":"seen","n":"1","4111111111111111":"x"}'])
    expect(record?.attributes).toEqual({ '[redacted:email]': 'seen', n: '1', '[redacted:card]': 'x' })
  })
})

describe('remove and keep', () => {
  const line = '{"http.a":"1","http.b":"2","c":"3","level":"info"}'
  it('take attributes by name and by pattern', () => {
    expect(runRules([{ type: 'remove', fields: ['http.*', 'level'] }], [line])).toMatchObject([
      { attributes: { c: '3' } },
    ])
    expect(runRules([{ type: 'remove', fields: ['level'] }], [line])[0]?.level).toBeUndefined()
    expect(runRules([{ type: 'keep', fields: ['*.a'] }], [line])[0]).toMatchObject({
      attributes: { 'http.a': '1' },
      level: 'info',
    })
  })

  it('say what they changed', () => {
    const pipeline = pipelineOf([{ type: 'remove', fields: ['c'] }])
    pipeline.apply(draftOf(line))
    pipeline.apply(draftOf('plain'))
    expect(pipeline.figures).toMatchObject([
      { name: 'remove', matched: 2, changed: 1, dropped: 0, bytesSaved: 10 },
    ])
  })
})

describe('drop', () => {
  it.each([
    ['status < 400', ['b']],
    ['|= "healthz"', ['b']],
    ['{service="web"} |= "healthz" | status < 400', ['a', 'b']],
    ['{service="shop"} |= "healthz" | status < 400', ['b']],
    ['host="h1" and k8s_pod_name="shop-1"', []],
    ['level="error"', ['a']],
    ['|~ "HEALTHZ"', ['a', 'b']],
    ['|~ "(?i)HEALTHZ"', ['b']],
  ])('%s', (where, kept) => {
    const lines = ['{"id":"a","path":"/healthz","status":200}', '{"id":"b","level":"error","status":500}']
    expect(runRules([{ type: 'drop', where }], lines).map(record => record.attributes?.['id'])).toEqual(kept)
  })
})

describe('sample', () => {
  it('keeps a share by chance', () => {
    const values = [0.05, 0.5, 0.09, 0.1]
    const random = () => values.shift() ?? 1
    expect(bodies([{ type: 'sample', ratio: 0.1 }], ['a', 'b', 'c', 'd'], { random })).toEqual(['a', 'c'])
  })

  it('keeps all or none with the same key', () => {
    const rules = [{ type: 'sample', ratio: 0.25, key: 'user' }]
    const lines = Array.from({ length: 4000 }, (_, i) => `user=u${i % 1000} n=${i}`)
    const kept = runRules(rules, lines).map(record => record.attributes?.['user'])
    expect(kept.length / lines.length).toBeCloseTo(0.25, 1)
    expect(kept.length).toBe(new Set(kept).size * 4)
  })

  it('keeps the traces that OpenTelemetry’s samplers keep', () => {
    const line = (random: string) => `trace_id=${'0'.repeat(18)}${random} x=y`
    const rules = [{ type: 'sample', ratio: 0.25, key: 'trace_id' }]
    const kept = ['00000000000000', 'bfffffffffff00', 'c0000000000000', 'ffffffffffffff']
    expect(runRules(rules, kept.map(line)).map(record => record.traceId?.slice(18))).toEqual(kept.slice(2))
  })

  it('keeps everything with 1 and nothing with 0', () => {
    expect(bodies([{ type: 'sample', ratio: 1 }], ['a'])).toEqual(['a'])
    expect(bodies([{ type: 'sample', ratio: 0 }], ['a'])).toEqual([])
  })
})

describe('throttle', () => {
  it('lets so many through for each key, and more when time has passed', () => {
    const clock = new FakeClock()
    const pipeline = pipelineOf([{ type: 'throttle', perSecond: 2, key: 'service' }], { clock })
    const tries = (count: number, line: string) =>
      Array.from({ length: count }, () => pipeline.apply(draftOf(line))).filter(Boolean).length
    expect(tries(5, 'service=a x=1')).toBe(2)
    expect(tries(5, 'service=b x=1')).toBe(2)
    clock.advance(500)
    expect(tries(5, 'service=a x=1')).toBe(1)
    clock.advance(60_000)
    expect(tries(5, 'service=a x=1')).toBe(2)
  })

  it('forgets the keys seen longest ago', () => {
    const pipeline = pipelineOf([{ type: 'throttle', perSecond: 1, key: 'k', maxKeys: 2 }])
    const passes = ['k=1 x=', 'k=2 x=', 'k=1 x=', 'k=3 x=', 'k=1 x=', 'k=2 x='].map(line =>
      pipeline.apply(draftOf(line)),
    )
    expect(passes).toEqual([true, true, false, true, false, true])
  })
})

describe('dedupe', () => {
  it('drops what came within the window, by the fields named', () => {
    const clock = new FakeClock()
    const pipeline = pipelineOf([{ type: 'dedupe', fields: ['msg'], windowMs: 1000 }], { clock })
    const passes = (line: string) => pipeline.apply(draftOf(line))
    expect([passes('msg=a n=1'), passes('msg=a n=2'), passes('msg=b n=3')]).toEqual([true, false, true])
    clock.advance(999)
    expect(passes('msg=a n=4')).toBe(false)
    clock.advance(1)
    expect(passes('msg=a n=5')).toBe(true)
  })

  it('remembers no more than it may', () => {
    const rules = [{ type: 'dedupe', fields: ['body'], maxEntries: 2 }]
    expect(bodies(rules, ['a', 'b', 'a', 'c', 'a', 'c'])).toEqual(['a', 'b', 'c', 'a'])
  })
})

describe('join', () => {
  const rules = [{ type: 'join', start: '^\\S', maxLines: 3 }]
  it('joins what came apart, in order, up to a bound', () => {
    expect(bodies(rules, ['one', ' at a', ' at b', ' at c', 'two', 'three', ' at d'])).toEqual([
      'one\n at a\n at b',
      ' at c',
      'two',
      'three\n at d',
    ])
  })

  it('keeps what the first record had', () => {
    const [first, second] = runRules(rules, [draftOf('2026-01-02T03:04:05Z ERROR x'), draftOf('\tat y'), 'z'])
    expect(first).toMatchObject({
      body: '2026-01-02T03:04:05Z ERROR x\n\tat y',
      level: 'error',
      time: '2026-01-02T03:04:05Z',
    })
    expect(second).toMatchObject({ body: 'z', service: 'shop' })
  })

  it('joins nothing of another service, nor what a rule behind it drops', () => {
    const other = draftOf(' at a', 'none')
    other.origin = originOf({ service: 'cart', host: 'h1', scope: '' })
    expect(
      runRules([...rules, { type: 'drop', where: '|= "one"' }], ['one', other]).map(r => r.body),
    ).toEqual([' at a'])
  })
})

describe('detect', () => {
  const environment = {
    KUBERNETES_SERVICE_HOST: '10.0.0.1',
    POD_NAME: 'agent-7',
    AWS_REGION: 'eu-central-1',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=prod,team=a%2Cb',
  }
  const files: Record<string, string> = {
    '/proc/self/cgroup': `0::/kubepods/burstable/pod1/cri-containerd-${'ab'.repeat(32)}.scope\n`,
    '/etc/podinfo/labels': 'app="shop"\npod-template-hash="7f\\"8"\n',
    '/var/run/secrets/kubernetes.io/serviceaccount/namespace': 'prod\n',
  }
  const readFile = (path: string) => files[path]

  it('adds what is known of the machine to the resource', () => {
    const from = ['environment', 'container', 'kubernetes', 'cloud']
    const [first, second] = runRules([{ type: 'detect', from }], ['a', 'b'], { environment, readFile })
    expect(first?.resource).toEqual({
      'k8s.pod.name': 'shop-1',
      'cloud.provider': 'aws',
      'cloud.region': 'eu-central-1',
      'k8s.namespace.name': 'prod',
      'k8s.pod.label.app': 'shop',
      'k8s.pod.label.pod-template-hash': '7f"8',
      'container.id': 'ab'.repeat(32),
      'deployment.environment': 'prod',
      team: 'a,b',
    })
    expect(second?.resource).toEqual(first?.resource)
  })

  it('leaves the records of other hosts alone', () => {
    const draft = draftOf('host=h2 x=y')
    expect(runRules([{ type: 'detect' }], [draft], { environment })[0]?.resource).toEqual({
      'k8s.pod.name': 'shop-1',
    })
  })
})

describe('route', () => {
  it('sets topic and tenant', () => {
    const rules = [{ type: 'route', topic: 'audit', tenant: 'team-{{team}}', where: 'team != ""' }]
    const [one, other] = runRules(rules, ['team=a x=y', 'x=y z=1'])
    expect(one).toMatchObject({ topic: 'audit', tenant: 'team-a' })
    expect(other?.topic).toBeUndefined()
  })
})

describe('rules for records that were pushed as OTLP', () => {
  it('see typed attributes and bodies that are no texts', () => {
    const time = { seconds: 1_795_885_646, nanos: 0 }
    const request = writeLogsRequest({ resource: { 'service.name': 'cart', region: 'eu' }, scope: 's' }, [
      {
        time,
        observed: time,
        severityNumber: 0,
        severityText: '',
        body: { card: 4_111_111_111_111_111, to: ['ada@example.com'] },
        attributes: { n: 7, ok: true },
      },
    ])
    const draft = new RecordDraft()
    const seen: unknown[] = []
    const rules = [
      { type: 'redact', kinds: ['card', 'email'], where: 'n > 6 and ok = "true" and region = "eu"' },
      { type: 'set', fields: { seen: '{{n}}' } },
    ]
    readOtlpLogs(request, draft, () => seen.push(...runRules(rules, [draft])))
    expect(seen).toMatchObject([
      {
        body: '{"card":"[redacted:card]","to":["[redacted:email]"]}',
        attributes: { n: '7', ok: 'true', seen: '7' },
        service: 'cart',
      },
    ])
  })
})
