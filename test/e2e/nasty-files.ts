import { gzipSync, zstdCompressSync } from 'node:zlib'
import { seeded } from '../../lib/log/testing/seeded.ts'

/** Lines of one kind, without their ends. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  text: ['one', '', 'two  ', ' \t three', '', '', 'ünï 漢字 😀 \u2028 end'],
  json: [
    '{"time":"2026-01-02T03:04:05.678Z","level":"info","msg":"a \\"b\\" \\u00e9\\/","n":1.10,"big":1e3}',
    '{ "msg" : "blanks" , "a" : [ 1 , 2 ] }',
    '{"msg":"twice","a":1,"a":2,"b":{"c":null,"d":[]},"b.c":3}',
    '{"msg":"long","id":18446744073709551616,"x":-0,"y":1E400,"":"empty","ключ":"знач"}',
    '{"msg":"cut',
    '[1,2,3]',
    '{}',
    '{"level":"error","message":"m","msg":"other","service":"s","trace_id":"0af7651916cd43dd8448eb211c80319c"}',
  ],
  logfmt: ['ts=2026-01-02T03:04:05Z level=warn msg="it is \\"so\\"" a= b c="" a=2', 'k=v', '=x', 'a="open'],
  access: [
    '10.0.0.1 - - [02/Jan/2026:03:04:05 +0000] "GET /a?b=\\x22 HTTP/1.1" 200 1 "-" "curl/8.9.1"',
    '::1 - bob [29/Feb/2024:23:59:59 -0930] "-" 400 0',
  ],
  cri: [
    '2026-01-02T03:04:05.678901234Z stdout F {"msg":"in a container"}',
    '2026-01-02T03:04:05.678901234Z stderr P half of',
    '2026-01-02T03:04:05.678901235Z stderr F  a line',
    '2026-01-02T03:04:05.678901235Z stdout F ',
  ],
  docker: [
    '{"log":"a \\"line\\"\\n","stream":"stdout","time":"2026-01-02T03:04:05.678901234Z"}',
    '{"log":"no end","stream":"stdout","time":"2026-01-02T03:04:05.678901234Z"}',
    '{"log":"\\u001b[31mred\\u001b[0m\\r\\n","stream":"stderr","time":"2026-01-02T03:04:06Z"}',
  ],
  traces: [
    'ERROR it failed',
    'java.lang.IllegalStateException: no',
    '\tat a.B.c(B.java:1)',
    'Traceback (most recent call last):',
    '  File "a.py", line 1, in <module>',
    'ValueError: no',
    'panic: no',
    '',
    'goroutine 1 [running]:',
    'INFO goes on',
  ],
  system: [
    '<34>1 2026-01-02T03:04:05Z h app 1 ID [a b="c\\"]"] m',
    'Jan  2 03:04:05 h sshd[7]: m',
    'I0102 03:04:05.6 7 a.go:1] m',
  ],
  colours: [
    '\u001b[32mINFO\u001b[0m \u001b[1mbold\u001b[0m',
    '\u001b]0;title\u0007text',
    '\u0000\u0001\u007f',
  ],
}
const ends: Readonly<Record<string, readonly [between: string, last: string]>> = {
  lf: ['\n', '\n'],
  crlf: ['\r\n', '\r\n'],
  cut: ['\n', ''],
  mixed: ['\r\r\n', '\r'],
  cr: ['\r', '\r'],
}
const sizes = [1, 1_023, 1_024, 1_025, 65_535, 65_536, 65_537, 262_143, 262_144]

/** More than a hundred files of everything that is met in folders of logs, by name. */
export function nastyFiles(): Record<string, Buffer> {
  return { ...ofKinds(), ...ofEncodings(), ...ofSizes(), ...ofChance(), ...compressed() }
}

/** Each kind of line with each kind of end; enough of them for a shape to be worth it. */
function ofKinds(): Record<string, Buffer> {
  const files: Record<string, Buffer> = {}
  for (const [kind, lines] of Object.entries(kinds))
    for (const [end, [between, last]] of Object.entries(ends)) {
      const many = Array.from({ length: 40 }, () => lines).flat()
      files[`${kind}-${end}.log`] = Buffer.from(many.join(between) + last)
    }
  return files
}

function ofEncodings(): Record<string, Buffer> {
  const text = 'first ünï\r\nsecond 漢字\nthird\n'
  const utf16 = Buffer.from(text, 'utf16le')
  const latin1 = Buffer.from('caf\xe9 \xff\xfe\x80\n'.repeat(20), 'latin1')
  const mark = Buffer.from([0xef, 0xbb, 0xbf])
  return {
    'utf8-mark.log': Buffer.concat([mark, Buffer.from(kinds['json']?.join('\n') ?? ''), Buffer.from('\n')]),
    'utf16le.log': Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]),
    'utf16be.log': Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]),
    'latin1.log': latin1,
    'hole.log': Buffer.concat([Buffer.from('before\n'), Buffer.alloc(200_000), Buffer.from('after\n\n')]),
    'hole-first.log': Buffer.concat([Buffer.alloc(5_000), Buffer.from('{"msg":"behind"}\n')]),
    'hole-last.log': Buffer.concat([Buffer.from('before\n'), Buffer.alloc(3_000), Buffer.from('\n')]),
    'nuls.log': Buffer.from('a\0b\n\0\n\0\0c\n'),
    'surrogates.log': Buffer.from([0xed, 0xa0, 0x80, 0x0a, 0xf4, 0x90, 0x80, 0x80, 0x0a, 0xc0, 0x80, 0x0a]),
  }
}

/** One line of so many bytes, its end counted. */
function ofSizes(): Record<string, Buffer> {
  return Object.fromEntries(
    sizes
      .filter(size => size > 0)
      .map(size => [`size-${size}.log`, Buffer.from(`${'x'.repeat(size - 1)}\n`)]),
  )
}

/** Rubbish, some of it in lines; the seed says which. */
function ofChance(): Record<string, Buffer> {
  const files: Record<string, Buffer> = {}
  for (let seed = 1; seed <= 40; seed++) {
    const random = seeded(seed)
    const bytes = Array.from({ length: 20 + Math.floor(random() * 20_000) }, () => Math.floor(random() * 256))
    const rarity = 0.001 + random() / 10
    // such a beginning is a promise of another encoding, tried above
    files[`chance-${seed}.log`] = Buffer.from([
      0x23,
      ...bytes.map(byte => (random() < rarity ? 0x0a : byte)),
      0x0a,
    ])
  }
  return files
}

/** What comes back of these is what they hold. */
function compressed(): Record<string, Buffer> {
  const content = Buffer.from(`${(kinds['json'] ?? []).join('\n')}\n`.repeat(300))
  return { 'a.log.gz': gzipSync(content), 'b.log.zst': zstdCompressSync(content) }
}
