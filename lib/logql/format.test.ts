import { describe, expect, it } from 'vitest'
import { formatLogQl } from './format.ts'
import { parseLogQl } from './parse-logql.ts'

const selector =
  '{job="loki", namespace="loki-prod", container="nginx-ingress", service="hosted-grafana-with-a-long-name"}'

describe('the form of a query', () => {
  it.each([
    ['{a="b",c="d"}|logfmt|level="error" ', '{a="b", c="d"} | logfmt | level="error"'],
    ['{a="b"}|="x" or "y"!=ip("10.0.0.1")', '{a="b"} |= "x" or "y" != ip("10.0.0.1")'],
    ['{a="b"} | x>5 and y=2s', '{a="b"} | ( x>5 , y==2s )'],
    [
      `${selector}|json ua="request.headers[\\"User-Agent\\"]"|level="error"`,
      `${selector}\n  | json ua="request.headers[\\"User-Agent\\"]"\n  | level="error"`,
    ],
    ['sum( rate({a="b"}[300s]) )by(x)>1', '(sum by (x)(rate({a="b"}[5m])) > 1)'],
    ['sum by(x,y) (rate({a="b"}[1m] offset 90m))', 'sum by (x,y)(rate({a="b"}[1m] offset 1h30m0s))'],
    ['topk(5,count_over_time({a="b"}[1d]))', 'topk(5,count_over_time({a="b"}[1d]))'],
    ['vector(1)*-2', '(vector(1.000000) * -2)'],
    [
      '1+2*rate({a="b"}[1m])^2^rate({a="b"}[1m])-4',
      '((1 + (2 * (rate({a="b"}[1m]) ^ (2 ^ rate({a="b"}[1m]))))) - 4)',
    ],
    ['SUM BY (x) (RATE({a="b"}[5m]))', 'sum by (x)(rate({a="b"}[5m]))'],
    ['approx_topk(3,topk(2,rate({a="b"}[1m])))', 'approx_topk(3,topk(2,rate({a="b"}[1m])))'],
    [
      'topk by (x) (1,approx_topk(3,sum by(x)(rate({a="b"}[1m]))))',
      'topk by (x)(1,approx_topk(3,sum by (x)(rate({a="b"}[1m]))))',
    ],
    [
      'sum_over_time({a="b"}|unwrap duration_seconds(x)[1m])',
      'sum_over_time({a="b"} | unwrap duration_seconds(x)[1m])',
    ],
    ['{a="b"} != "x" or "y" or "z"', '{a="b"} != "x" != "y" != "z"'],
    ['{a="b"} !~ "x" or "y"', '{a="b"} !~ "x" !~ "y"'],
    ['{a="b"} !> "<_> x" or "y <_>"', '{a="b"} !> "<_> x" !> "y <_>"'],
    ['{a="b"} | x > 1d, y < 1h30m, z = 20us', '{a="b"} | ( x>24h0m0s , ( y<1h30m0s , z==20µs ) )'],
    ['{a="b"} | x=1 y=2 or z=3', '{a="b"} | ( x==1 , ( y==2 or z==3 ) )'],
    ['{a="b"} | x=1 and y=2 or z=3', '{a="b"} | ( ( x==1 , y==2 ) or z==3 )'],
    ['{a="b"} | x=1 or y=2, z=3 or w=4', '{a="b"} | ( x==1 or ( y==2 , ( z==3 or w==4 ) ) )'],
    ['{a="b\x01\u200b"} |= `\x7f`', '{a="b\\x01\\u200b"} |= "\\x7f"'],
    ['rate({a="b"}[1d12h] offset 1500ms)', 'rate({a="b"}[1d12h] offset 1.5s)'],
    ['rate({a="b"}[1y] offset -1w)', 'rate({a="b"}[1y] offset -168h0m0s)'],
    ['7745855568 * rate({a="b"}[1m])', '(7.745855568e+09 * rate({a="b"}[1m]))'],
    ['rate({a="b"}[1m]) * on(x) rate({a="b"}[1m])', '(rate({a="b"}[1m]) * on (x)  rate({a="b"}[1m]))'],
    ['rate({a="b"}[1m]) * ignoring() rate({a="b"}[1m])', '(rate({a="b"}[1m]) * rate({a="b"}[1m]))'],
    [`${selector}|json|="x"!="y"`, `${selector}\n  | json\n  |= "x" != "y"`],
    [
      'variants(rate({a="b"}[1m]),sum by(c)(rate({a="b"}|json[1m])))of({a="b"}|="x"[1m]offset 90m)',
      'variants(\n  rate({a="b"}[1m]),\n  sum by (c)(rate({a="b"} | json[1m]))\n) of (\n  {a="b"} |= "x" [1m] offset 1h30m\n)',
    ],
    ['{a="b"} | x > 90.5s or x = -250ms', '{a="b"} | ( x>1m30.5s or x==-250ms )'],
    ['{a="b"} | x > 5MB, y < 20kb, z = 42B', '{a="b"} | ( x>5.0MB , ( y<20kB , z==42B ) )'],
    ['{a="b"} | x > 5.25MB or x = 1KiB', '{a="b"} | ( x>5.25MB or x==1KiB )'],
    ['{a="b"} | x > 5.50 or x = 0x10 or x < 1e-7', '{a="b"} | ( ( x>5.5 or x==16 ) or x<0.0000001 )'],
    [
      'avg_over_time({a="b"}|unwrap x[1m])by("user-id",c)',
      'avg_over_time({a="b"} | unwrap x[1m]) by ("user-id",c)',
    ],
    [
      'rate({a="b"}[1m])>bool on(x,y)group_left(z)rate({a="b"}[1m])',
      '(rate({a="b"}[1m]) > bool on (x,y) group_left (z) rate({a="b"}[1m]))',
    ],
    [
      'label_replace(rate({a="b"}[1m]),"x","$1","y","(.*)")',
      'label_replace(rate({a="b"}[1m]),"x","$1","y","(.*)")',
    ],
    [
      `(rate(${selector}[1m])+rate(${selector}[5m]))*on(a,b)group_left rate(${selector}[1h])`,
      `  (
      rate(
        ${selector} [1m]
      )
    +
      rate(
        ${selector} [5m]
      )
  )
* on (a, b) group_left
  rate(
    ${selector} [1h]
  )`,
    ],
    [
      `topk(5,sum by(a,b)(count_over_time(${selector}[5m])))by(a)/2`,
      `  topk by (a)(
    5,
    sum by (a, b)(
      count_over_time(
        ${selector} [5m]
      )
    )
  )
/
  2`,
    ],
    [
      `quantile_over_time(0.99,${selector}|json|unwrap took|__error__=""[1m])by(cluster)`,
      `quantile_over_time(\n  0.99,\n  ${selector}\n    | json\n    | unwrap took\n    | __error__="" [1m]\n) by (cluster)`,
    ],
    [`sum(count_over_time(${selector}[5m]))`, `sum(\n  count_over_time(\n    ${selector} [5m]\n  )\n)`],
  ])('%s is %s', (text, form) => {
    expect(formatLogQl(text)).toBe(form)
    expect(formatLogQl(form)).toBe(form)
    expect(parseLogQl(form).kind).toBe(parseLogQl(text).kind)
  })

  it.each([
    ['1+2*3', '7'],
    ['2^3^2', '512'],
    ['-2 ^ 2', '4'],
    ['1 - -2^2', '-3'],
    ['2 ^ -2 ^ 2', '16'],
    ['1 -2 ^ 2', '-3'],
    ['1/0', 'NaN'],
    ['5 % -0', 'NaN'],
    ['1 > 2', '0'],
    ['2 >= bool 2', '1'],
    ['-(1/100000)', '-1e-05'],
    ['rate({a="b"}[1m]) * (60 + 1)', '(rate({a="b"}[1m]) * 61)'],
    ['rate({a="b"}[1m]) * 60 * 2', '((rate({a="b"}[1m]) * 60) * 2)'],
  ])('has numbers of %s computed: %s', (text, form) => {
    expect(formatLogQl(text)).toBe(form)
  })

  it('refuses what stands behind a query', () => {
    expect(() => formatLogQl('rate({a="b"}[1m])[5m:1m]')).toThrow('unexpected [')
  })
})
