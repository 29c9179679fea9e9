/** One stream as it is pushed to Loki's API; lines with structured metadata have a third part. */
export interface PushedStream {
  stream: Record<string, string>
  values: Value[]
}

type Value = [nanoseconds: string, line: string, metadata?: Record<string, string>]

const perApp = 560
const nsBetween = 3_000_000_000n

type Line = string | [line: string, metadata: Record<string, string>]
type Make = (i: number) => Line

const pick = <T>(list: readonly T[], i: number): T => list[i % list.length] as T
const levels = ['info', 'warn', 'error', 'debug']
const paths = ['/cart', '/pay', '/users/7', '/größe', '/a b']
const durations = ['12ms', '1.5s', '250us', '1h2m3s', '0s', '3d', '5', '', '1m30.5s', '-4ms', '+1s', '12 ms']
const sizes = ['10', '1.5KiB', '5kb', '5 MB', '7B', '1,024', '3GiB', 'x', '0.5mb', '']
const numbers = ['1', '-5', '2.5', '1e3', '0x10', '+3', '.5', 'inf', 'NaN', '-Inf', 'abc', '1_000', '', '7.']

const json: Make = i =>
  JSON.stringify({
    level: pick(levels, i),
    method: pick(['GET', 'POST'], i),
    path: pick(paths, i),
    status: pick([200, 201, 404, 500, 503], i),
    took: pick(durations, i),
    ms: i / 4,
    size: pick(sizes, i),
    user: { id: i % 7, name: pick(['ann', 'bob "b"', 'çelik', '😀'], i), tags: ['a', `b${i % 3}`] },
    list: [{ n: i % 5 }, 'two', null],
    ok: i % 2 === 0,
    nothing: null,
    app: 'inner',
    'http.status-code': 200 + (i % 2),
    '2xx': i % 10,
    größe: i % 3,
    'with space': 'yes',
    msg: `line\t${i} \\ "q" é`,
  })

const broken = [
  '{"a":1,"b":',
  'not json at all',
  '[1,2,3]',
  '"text"',
  'null',
  '42',
  '{}',
  '{"a":1} trailing',
  '{"a":1}{"a":2}',
  '{"a":"x","a":"y"}',
  '{"a":{"b":{"c":"deep"}},"a_b_c":"flat"}',
  '{"big":12345678901234567890,"exp":1e400,"neg":-0,"f":1.50}',
  '{"esc":"\\u00e9\\n\\/\\ud83d\\ude00","half":"\\ud83d"}',
  '{"":"empty","a b":"1","a-b":"2","__error__":"own","_entry":"e"}',
  '{"env":"inner","pod":"inner","env_extracted":"mine"}',
  ' {"a":" padded "} ',
  '{"a":true,"b":false,"c":[],"d":{}}',
  "{'a':1}",
  '',
  ' ',
]

const logfmt: Make = i =>
  [
    `level=${pick(levels, i)}`,
    `path=${pick(paths, i).replace(' ', '_')}`,
    `took=${JSON.stringify(pick(durations, i))}`,
    `size=${JSON.stringify(pick(sizes, i))}`,
    `code=${pick([200, 404, 500], i)}`,
    `v=${pick(numbers, i)}`,
    `msg="said \\"${i}\\" é"`,
    ...(i % 3 === 0 ? ['flag'] : []),
    ...(i % 5 === 0 ? ['empty='] : []),
    ...(i % 7 === 0 ? ['bad"key=1 a=b=c x="open'] : []),
    ...(i % 11 === 0 ? ['http.route=/x 2xx=1 größe=2 env=inner'] : []),
  ].join(' ')

const nginx: Make = i =>
  `${pick(['10.0.0.1', '192.168.4.5', '2001:db8::1', '172.16.0.9'], i)} - ${pick(['-', 'ann'], i)} [07/Nov/2026:10:00:${String(i % 60).padStart(2, '0')} +0000] "${pick(['GET', 'POST'], i)} ${pick(paths, i)}?q=${i} HTTP/1.1" ${pick([200, 404, 500], i)} ${i * 10} "-" "curl/8.${i % 3}" 0.${i % 10}`

const ansi: Make = i =>
  `\u001b[${pick(['32', '31', '1;33'], i)}m${pick(['INFO', 'ERROR', 'WARN'], i)}\u001b[0m took \u001b[1m${i}ms\u001b[K\u001b[0m ${pick(['ok', 'Timeout', 'refused by 10.1.2.3:80'], i)}`

const meta: Make = i => [
  `${pick(['login', 'logout'], i)} user=${i % 9}`,
  {
    trace_id: `t${i % 13}`,
    user: `u${i % 9}`,
    took: pick(durations, i) || '1ms',
    ...(i % 2 === 0 ? { 'http.route': pick(paths, i) } : {}),
  },
]

const packed: Make = i =>
  i % 9 === 0
    ? pick(broken, i / 9)
    : JSON.stringify({ pod: `p${i % 3}`, env: 'packed', n: i, _entry: `inner ${i} level=${pick(levels, i)}` })

const odd: Make = i =>
  pick(
    [
      'tab\there',
      'quote " and ` and \\',
      'ümläut ÄÖ ß',
      '日本語 のログ',
      '😀 emoji 👩‍👩‍👧',
      'a b  c',
      'two\nlines',
      '<xml attr="1">x</xml>',
      '%41 a+b c%20d',
      'aGVsbG8= d29ybGQ',
      'x'.repeat(300),
      '1700000000 2026-01-31T10:11:12.5Z',
      'a.b*c?[d]',
      'key="a=b" other=\'single\'',
    ],
    i,
  )

const apps: Readonly<Record<string, Make>> = {
  api: json,
  broken: i => pick(broken, i),
  shop: logfmt,
  nginx,
  ansi,
  meta,
  pack: packed,
  odd,
  sparse: i => `tick ${i}`,
}

/** About five thousand lines of nine services, each a few seconds after the one before it from `zeroNs` on. */
export function pushedStreams(zeroNs: bigint): PushedStream[] {
  const names = Object.keys(apps)
  return names.flatMap((app, n) => streamsOf(app, zeroNs + BigInt(n) * 1_000_001n))
}

function streamsOf(app: string, fromNs: bigint): PushedStream[] {
  const [lines, between] = app === 'sparse' ? [20, 80_000_000_000n] : [perApp, nsBetween]
  const streams = new Map<string, PushedStream>()
  for (let i = 0; i < lines; i++) {
    const stream = { app, env: i % 2 === 0 ? 'prod' : 'dev', pod: `${app}-${i % 3}` }
    const key = JSON.stringify(stream)
    const found: PushedStream = streams.get(key) ?? { stream, values: [] }
    streams.set(key, found)
    const made = (apps[app] as Make)(i)
    found.values.push([
      String(fromNs + BigInt(i) * between),
      ...(typeof made === 'string' ? [made] : made),
    ] as Value)
  }
  return [...streams.values()]
}
