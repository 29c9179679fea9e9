import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventJoiner } from './event-joiner.ts'
import { LineSplitter } from './line-splitter.ts'
import type { Ending } from './rows.ts'
import { TraceRules } from './trace-rules.ts'

function rowsOf(text: string, ends: readonly number[] = [], last: Ending = 'finished'): string[] {
  const bytes = Buffer.from(text)
  const joiner = new EventJoiner(new TraceRules(), { maxLines: 500, maxBytes: 100_000 })
  const splitter = new LineSplitter(100_000)
  const rows: string[] = []
  const sink = {
    row: (b: Buffer, start: number, end: number) => void rows.push(b.toString('utf8', start, end)),
    drop: () => undefined,
  }
  let at = 0
  for (const end of [...ends, bytes.length]) {
    if (end < at) continue
    const ending = end === bytes.length ? last : 'open'
    joiner.begin(sink)
    const done = splitter.split(bytes, at, end, ending, joiner)
    const open = joiner.end(ending)
    at = open < 0 ? done : open
  }
  return rows
}

/** What runtimes print, each with the log line that it belongs to. */
const traces: Record<string, string> = {
  'a private key': `2026-11-28 12:00:00.123 INFO loaded -----BEGIN RSA PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu
-----END RSA PRIVATE KEY-----`,
  'a slow query of MySQL': `# Time: 2026-11-28T17:07:26.123456Z
# User@Host: shop[shop] @ web-1 [10.0.0.5]  Id:     8
# Query_time: 2.000123  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 0
use shop;
SET timestamp=1795885644;
SELECT '
{"a":1}' AS a,
  # a comment
# another
  SLEEP(2);`,
  'a slow query within the same second': `# User@Host: root[root] @ localhost []  Id:     9
# Query_time: 3.1  Lock_time: 0.0 Rows_sent: 0  Rows_examined: 12
SET timestamp=1795885644;
DELETE FROM carts;`,
  java: `2026-11-28 12:00:00.123 ERROR [main] com.shop.Cart - cannot add
java.lang.IllegalStateException: no cart
	at com.shop.Cart.add(Cart.java:12)
	at com.shop.Cart$Item.<init>(Cart.java:3)
	at java.base/java.lang.Thread.run(Thread.java:840)
	Suppressed: java.io.IOException: closed
		at com.shop.Db.close(Db.java:8)
		... 2 more
Caused by: java.sql.SQLException: gone
	at com.shop.Db.query(Db.java:44)
	at sun.reflect.Native.invoke(Native Method)
	... 12 more
Caused by: java.net.ConnectException
	at com.shop.Net.open(Unknown Source)`,
  'java, with messages of several lines': `2026-11-28 12:00:00.123 ERROR [main] com.shop.Cart - cannot add
java.lang.IllegalStateException: no cart:

  - item 1
the rest of it
	at com.shop.Cart.add(Cart.java:12)
Caused by: com.shop.SyntaxException: unexpected

line 2, column 3
	at com.shop.Db.query(Db.java:44)
	... 12 more`,
  'python, with messages of several lines': `2026-11-28 12:00:00,123 ERROR shop.cart: cannot add
Traceback (most recent call last):
  File "/app/cart.py", line 12, in add
ValueError: no such item
in the cart

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
shop.errors.CartError: cannot add
  the item
to the cart`,
  'java, uncaught': `Exception in thread "main" java.lang.NullPointerException: Cannot invoke "String.length()"
	at Main.main(Main.java:5)`,
  python: `2026-11-28 12:00:00,123 ERROR shop.cart: cannot add
Traceback (most recent call last):
  File "/app/cart.py", line 12, in add
    self.items[key].append(item)
    ~~~~~~~~~~^^^^^
KeyError: 'apples'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    add()
shop.errors.CartError: no such item

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/main.py", line 9, in <module>
KeyboardInterrupt`,
  'python, a group': `ERROR:root:several
  + Exception Group Traceback (most recent call last):
  |   File "x.py", line 1, in <module>
  | ExceptionGroup: many (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: 1
    +------------------------------------`,
  go: `panic: runtime error: index out of range [5] with length 3 [recovered]
	panic: again

goroutine 1 [running]:
main.add(0xc000012120, 0x5)
	/app/main.go:12 +0x1d
main.(*Cart).Add(...)
	/app/cart.go:8
created by main.start in goroutine 7
	/app/main.go:3 +0x20

goroutine 18 [select, 2 minutes]:
net/http.(*Server).Serve(0xc0001, {0x7f, 0x8})
	/usr/lib/go/src/net/http/server.go:3056 +0x3ed
exit status 2`,
  'go, after a line': `2026/11/28 12:00:00 http: panic serving 10.0.0.1:5123: boom
goroutine 34 [running]:
net/http.(*conn).serve.func1()
	/usr/lib/go/src/net/http/server.go:1868 +0xb9`,
  node: `2026-11-28T12:00:00Z ERROR request failed
TypeError: Cannot read properties of undefined (reading 'id')
    at add (/app/cart.js:3:9)
    at async Server.handle (file:///app/server.js:12:5)
    at /app/node_modules/x/index.js:1:2
    at new Promise (<anonymous>)
    at node:internal/main/run_main_module:23:47 {
  code: 'ERR_CART',
  [cause]: Error: inner
      at b (/app/b.js:1:1)
}`,
  'node, with a code': `ERROR cannot start
Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x'
    at packageResolve (node:internal/modules/esm/resolve:873:9)`,
  ruby: `app.rb:3:in 'add': no cart (RuntimeError)
	from app.rb:7:in 'block in <main>'
	from app.rb:6:in 'each'`,
  dotnet: `fail: Shop.Cart[0] cannot add
System.InvalidOperationException: no cart
 ---> System.IO.IOException: closed
   at Shop.Db.Close() in /src/Db.cs:line 12
   --- End of inner exception stack trace ---
   at Shop.Cart.<Add>b__0_0(String item)
--- End of stack trace from previous location ---
   at Shop.Program.Main(String[] args)`,
  'dotnet, uncaught': `Unhandled exception. System.Exception: bad
   at Program.<Main>$(String[] args) in /src/Program.cs:line 1`,
  rust: `thread 'main' panicked at src/main.rs:2:5:
no cart
stack backtrace:
   0: rust_begin_unwind
             at /rustc/90b35a6/library/std/src/panicking.rs:645:5
   1: core::panicking::panic_fmt
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
  php: `PHP Fatal error:  Uncaught RuntimeException: no cart in /app/cart.php:3
Stack trace:
#0 /app/index.php(7): add()
#1 {main}
  thrown in /app/cart.php on line 3`,
  monolog: `[2026-11-28 12:00:00] production.ERROR: no cart {"exception":"[object] (RuntimeException(code: 0): no cart at /app/cart.php:3)
[stacktrace]
#0 /app/index.php(7): add()
#1 {main}
"}`,
}

/** Lines that are each a row of their own, though something of them looks like a part of a trace. */
const ordinary = [
  '2026-11-28 12:00:00 INFO started',
  '  indented, and nothing more',
  '\tindented by a tab',
  'spec:',
  '  containers:',
  '    - name: app',
  '      at: 12',
  '    at the end of the day',
  '   at 10:30 the job ran',
  '   at the end (at last)',
  '#1 in the list',
  'Stack: 3',
  'Error rate is 3 %',
  'time=12:00 level=error msg=bad',
  'shop.cart: 3 items',
  'com.shop.Cart added 3 items',
  'goroutines: 12',
  'from app.rb',
  '... and so on',
  '}',
  '{"level":"error","stack":"Error: x\\n    at add (/app/x.js:1:1)"}',
  '{"a":1}',
  '',
  'note: nothing',
  '0: first',
]

describe('a stack trace is one row with its line', () => {
  test.each(Object.entries(traces))('%s', (_, trace) => {
    const text = `2026-11-28 11:59:59 INFO before\n${trace}\n2026-11-28 12:00:01 INFO after\n`
    expect(rowsOf(text)).toEqual(['2026-11-28 11:59:59 INFO before', trace, '2026-11-28 12:00:01 INFO after'])
  })

  test('however many follow one another', () => {
    const all = Object.values(traces)
    const info = '2026-11-28 12:00:01 INFO between'
    expect(rowsOf(all.join(`\n${info}\n`))).toEqual(all.flatMap(trace => [trace, info]).slice(0, -1))
  })

  test('also with the line ends of Windows', () => {
    for (const trace of Object.values(traces)) {
      const text = `INFO before\n${trace}\nINFO after`.replaceAll('\n', '\r\n')
      expect(rowsOf(text).map(row => row.replaceAll('\r', ''))).toEqual(['INFO before', trace, 'INFO after'])
    }
  })

  test('however a file grows by whole lines, as long as it is waited for', () => {
    const all = Object.values(traces)
    const text = `${all.join('\n2026-11-28 12:00:01 INFO between\n')}\n`
    const whole = rowsOf(text)
    const feeds = [...text.matchAll(/\n/g)].map(match => match.index + 1)
    fc.assert(
      fc.property(fc.subarray(feeds), ends => {
        // where the line before a trace tells of nothing bad, it is not waited for
        const rows = rowsOf(text, ends)
        expect(rows.join('\n')).toBe(whole.join('\n'))
        for (const trace of all.filter(trace => /error|panic|fail/i.test(trace.split('\n')[0] ?? '')))
          expect(rows).toContain(trace)
      }),
    )
  })
})

describe('what is no trace is not joined', () => {
  test('each line is a row', () => {
    expect(rowsOf(ordinary.join('\n'))).toEqual(ordinary)
  })

  test('in whatever order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ordinary), lines => {
        expect(rowsOf(lines.map(line => `${line}\n`).join(''))).toEqual(lines)
      }),
    )
  })

  test('a crash does not belong to a line that told of nothing bad', () => {
    const crash = traces['go'] ?? ''
    expect(rowsOf(`INFO listening\n${crash}\n`)).toEqual(['INFO listening', crash])
    expect(rowsOf(`{"level":"info"}\n${crash}\n`)).toEqual(['{"level":"info"}', crash])
  })

  test('two traces one after the other are two', () => {
    const one = 'java.lang.Exception: a\n\tat A.b(A.java:1)'
    expect(rowsOf(`${one}\n${one}\n`)).toEqual([one, one])
  })

  test('nothing goes on with JSON', () => {
    expect(rowsOf('{"a":1}\n\tat A.b(A.java:1)\n\tat A.c(A.java:2)\n{"b":1}\n')).toEqual([
      '{"a":1}',
      '\tat A.b(A.java:1)\n\tat A.c(A.java:2)',
      '{"b":1}',
    ])
  })
})

describe('while a file is open', () => {
  test('only the last line of what may go on is waited with', () => {
    expect(rowsOf('INFO a\nINFO b\n', [], 'open')).toEqual(['INFO a', 'INFO b'])
    expect(rowsOf('{"level":"error"}\n', [], 'open')).toEqual(['{"level":"error"}'])
    expect(rowsOf('INFO a\nERROR b\n', [], 'open')).toEqual(['INFO a'])
    expect(rowsOf('INFO a\nERROR b\n', [], 'quiet')).toEqual(['INFO a', 'ERROR b'])
    expect(rowsOf('INFO a\ncom.shop.Error: b\n\tat A.b(A.java:1)\n', [], 'open')).toEqual([])
  })

  test('a trace of more lines than the limit is several rows, none lost', () => {
    const frames = Array.from({ length: 1200 }, (_, i) => `\tat A.b(A.java:${i})`)
    const rows = rowsOf(['java.lang.StackOverflowError', ...frames, ''].join('\n'))
    expect(rows.map(row => row.split('\n').length)).toEqual([500, 500, 201])
  })
})
