import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueryError } from './error.ts'
import { parseCondition, parseLogQuery } from './parser.ts'
import { wordsOf } from './words.ts'

const failure = (text: string, parse: (text: string) => unknown = parseLogQuery): QueryError => {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
  throw new Error(`'${text}' was taken`)
}

describe('the LogQL parser', () => {
  it('reads selector, line filters and label filters', () => {
    const text =
      '{service="web", host=~"h.+"} |= "a" or "b" != `c\\d` | status >= 500 and (method="GET" or took > 1m30s)'
    expect(parseLogQuery(text)).toEqual({
      matchers: [
        { label: 'service', operator: '=', value: 'web' },
        { label: 'host', operator: '=~', value: 'h.+' },
      ],
      stages: [
        { kind: 'line', operator: '|=', values: ['a', 'b'] },
        { kind: 'line', operator: '!=', values: ['c\\d'] },
        {
          kind: 'label',
          expression: {
            kind: 'and',
            left: { kind: 'number', label: 'status', operator: '>=', value: 500, written: '500' },
            right: {
              kind: 'or',
              left: { kind: 'text', label: 'method', operator: '=', value: 'GET' },
              right: { kind: 'number', label: 'took', operator: '>', value: 90, written: '1m30s' },
            },
          },
        },
      ],
    })
  })

  it('takes words without braces or quotes as words', () => {
    expect(parseLogQuery('Disk full: /dev/sda1').stages).toEqual([
      { kind: 'words', words: ['disk', 'full', 'dev', 'sda1'] },
    ])
    expect(parseLogQuery('')).toEqual({ matchers: [], stages: [] })
    expect(parseLogQuery('{}')).toEqual({ matchers: [], stages: [] })
  })

  it.each([
    ['{service="web"', 1, 1, 'the stream selector does not end', 'add a closing }'],
    ['{service=web}', 1, 10, 'found web, expected a value for service', 'write "web" in quotes'],
    ['{service="web"} |= oops', 1, 20, 'found oops, expected a string to look for', 'write "oops" in quotes'],
    [
      '{service="web"}\n| status > "5"',
      2,
      12,
      '> compares numbers, found a text',
      'write status > 500 without quotes',
    ],
    ['{a="b"} |~ "x("', 1, 14, 'not a regular expression: a group is not closed', undefined],
    ['{a="b"} |~ "\\t("', 1, 12, 'not a regular expression: a group is not closed', undefined],
    [
      'disk OR',
      1,
      7,
      'OR has nothing to stand before',
      'write it as in timeout OR refused; or "OR" for the word itself',
    ],
    ['OR disk', 1, 1, 'OR has nothing to stand before', undefined],
    ['disk took>5xy', 1, 11, '5xy is not a number', undefined],
    [' !!!', 1, 1, 'there is no word to look for', 'write {} |= "!!!"'],
    ['{"user-id" > "7"}', 1, 12, 'found >, expected =, !=, =~ or !~ after user-id', undefined],
    [
      '{a="b"} | servic',
      1,
      17,
      'found the end of the query, expected a comparison after servic',
      'did you mean service?',
    ],
    ['{a="b"} }', 1, 9, 'unexpected }', 'remove it'],
    ['{a="b', 1, 4, 'the string does not end', 'add a closing "'],
    ['{a="b"} |~ "(?=x)"', 1, 13, 'not a regular expression: look-around is not part of RE2', undefined],
    [
      '{a="b"} | user-id="x"',
      1,
      15,
      'found -, expected a comparison after user',
      'a name with such characters stands in quotes, as in | "user-id" = "x"',
    ],
    [
      '{a="b"} | größe="5"',
      1,
      13,
      'unexpected character ö',
      'a name with such characters stands in quotes, as in | "user-id" = "x"',
    ],
  ])('says of %s where and what', (text, line, column, message, suggestion) => {
    const error = failure(text)
    expect([error.line, error.column, error.message]).toEqual([line, column, message])
    if (suggestion !== undefined) expect(error.suggestion).toBe(suggestion)
  })

  it.each([
    ['level!=error', 'write -level:error; or "level!=error" for the text itself'],
    ['disk app=~web.*', 'write | app =~ "web.*"; or "app=~web.*" for the text itself'],
    ['level:(error)', 'write (level:a OR level:b)'],
    ['level:(error OR info)', 'write (level:a OR level:b)'],
  ])('refuses what words would turn into its opposite: %s', (text, suggestion) => {
    expect(failure(text).suggestion).toBe(suggestion)
  })

  it('takes any text or refuses it with a position inside it', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('{', '}', '"', 'a', '=', '|', '|=', '~', '(', ')', ' ', '5', '`', 'or', '\n'))
        .map(p => p.join('')),
    )
    fc.assert(
      fc.property(text, query => {
        try {
          parseLogQuery(query)
        } catch (error) {
          expect(error).toBeInstanceOf(QueryError)
          const { line, column } = error as QueryError
          expect(query.split('\n').length).toBeGreaterThanOrEqual(line)
          expect(column).toBeGreaterThan(0)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('takes texts in quotes among words as they are written', () => {
    expect(parseLogQuery('"is \\"full\\"" disk').stages).toEqual([
      { kind: 'words', words: ['disk'] },
      { kind: 'line', operator: '|=', values: ['is "full"'] },
    ])
  })

  const debug = { kind: 'words', words: ['debug'] }
  const label = (label: string, value: string) => ({
    kind: 'label',
    expression: { kind: 'text', label, operator: '=', value },
  })
  const above = (label: string, value: number, written: string) => ({
    kind: 'label',
    expression: { kind: 'number', label, operator: '>=', value, written },
  })
  it.each([
    ['level:error', [label('level', 'error')]],
    ['service:"my shop" -debug', [label('service', 'my shop'), { kind: 'not', of: debug }]],
    [
      'timeout NOT debug',
      [
        { kind: 'words', words: ['timeout'] },
        { kind: 'not', of: debug },
      ],
    ],
    ['level:"*"', [label('level', '*')]],
    ['user-id:abc', [label('user-id', 'abc')]],
    ['web-1:8080', [{ kind: 'words', words: ['web', '1', '8080'] }]],
    ['status:>=500', [above('status', 500, '500')]],
    ['!level:error', [{ kind: 'not', of: label('level', 'error') }]],
    ['!debug', [{ kind: 'not', of: debug }]],
    ['debug || level:warn', [{ kind: 'any', of: [debug, label('level', 'warn')] }]],
    ['debug && level:warn', [debug, label('level', 'warn')]],
    ['user:*', [{ kind: 'label', expression: { kind: 'text', label: 'user', operator: '!=', value: '' } }]],
    [
      'level:e*r*',
      [{ kind: 'label', expression: { kind: 'text', label: 'level', operator: '=~', value: 'e.*r.*' } }],
    ],
    ['*', []],
    ['debug *', [debug]],
    ['took>=250ms debug', [debug, above('took', 0.25, '250ms')]],
    ['debug http.status_code>=500', [debug, above('http.status_code', 500, '500')]],
    [
      'debug OR "is full" level:warn',
      [
        { kind: 'any', of: [debug, { kind: 'line', operator: '|=', values: ['is full'] }] },
        label('level', 'warn'),
      ],
    ],
    [
      'debug AND -"is full"',
      [debug, { kind: 'not', of: { kind: 'line', operator: '|=', values: ['is full'] } }],
    ],
    [
      '"user-id":"{x}|"',
      [{ kind: 'label', expression: { kind: 'text', label: 'user-id', operator: '=', value: '{x}|' } }],
    ],
    // a and (b or c), and parentheses in them
    [
      'level:warn AND (debug OR "is full")',
      [
        label('level', 'warn'),
        { kind: 'any', of: [debug, { kind: 'line', operator: '|=', values: ['is full'] }] },
      ],
    ],
    [
      '(level:warn debug) OR -(level:error)',
      [
        {
          kind: 'any',
          of: [
            {
              kind: 'not',
              of: {
                kind: 'any',
                of: [
                  { kind: 'not', of: debug },
                  { kind: 'not', of: label('level', 'warn') },
                ],
              },
            },
            { kind: 'not', of: label('level', 'error') },
          ],
        },
      ],
    ],
    ['NOT (debug)', [{ kind: 'not', of: debug }]],
    ['connect(2) failed (timeout)', [{ kind: 'words', words: ['connect', '2', 'failed', 'timeout'] }]],
    ['server.go:42', [{ kind: 'words', words: ['server', 'go', '42'] }]],
    ['http://x:80/a 10:32:15', [{ kind: 'words', words: ['http', 'x', '80', 'a', '10', '32', '15'] }]],
    ['full: -5 a-b --', [{ kind: 'words', words: ['full', '5', 'a', 'b'] }]],
    [
      'user_id = 42',
      [
        {
          kind: 'label',
          expression: { kind: 'number', label: 'user_id', operator: '=', value: 42, written: '42' },
        },
      ],
    ],
  ])('takes %s as people mean it', (text, stages) => {
    expect(parseLogQuery(text)).toEqual({ matchers: [], stages })
  })

  it.each([
    ['| status >= 500', '{} | status >= 500'],
    ['|= "a" != "b"', '{} |= "a" != "b"'],
    ['status >= 500', '{} | status >= 500'],
    ['level="error" |= "x"', '{} | level="error" |= "x"'],
    ['"user-id" = "7"', '{} | "user-id" = "7"'],
  ])('reads %s as %s', (short, long) => {
    expect(parseLogQuery(short)).toEqual(parseLogQuery(long))
  })

  it('takes label names of any characters in quotes', () => {
    expect(parseLogQuery('{"user-id"="7", größe!="1"}'.replace('größe', '"größe"')).matchers).toEqual([
      { label: 'user-id', operator: '=', value: '7' },
      { label: 'größe', operator: '!=', value: '1' },
    ])
  })

  it('cuts words as the text index does', () => {
    expect(wordsOf('GET /cart?id=7 Ünder_score')).toEqual(['get', 'cart', 'id', '7', 'Ünder', 'score'])
  })
})

describe('the condition of a rule', () => {
  it.each([
    ['status < 400', '{} | status < 400'],
    ['|= "healthz"', '{} |= "healthz"'],
    [
      '(status < 400 or level = "debug") and took > 1s',
      '{} | (status < 400 or level = "debug") and took > 1s',
    ],
    ['status < 400 != "x" | took > 1s', '{} | status < 400 != "x" | took > 1s'],
    ['"@version" = "1"', '{} | "@version" = "1"'],
    ['{service="web"} |= "healthz" | status < 400', '{service="web"} |= "healthz" | status < 400'],
    ['a = 5', '{} | a = 5'],
  ])('%s means %s', (condition, query) => {
    expect(parseCondition(condition)).toEqual(parseLogQuery(query))
  })

  it.each([
    ['', 1, 'the condition is missing', undefined],
    [
      'healthz',
      1,
      'a query begins with a stream selector or a condition',
      'write |= "healthz" for lines with this text',
    ],
    ['status < 400 and', 17, 'found the end of the query, expected a label name', undefined],
    ['status < "400"', 10, '< compares numbers, found a text', 'write status < 500 without quotes'],
    ['status < 400 }', 14, 'unexpected }', 'remove it'],
  ])('%s is refused', (condition, column, message, suggestion) => {
    const error = failure(condition, parseCondition)
    expect([error.column, error.message]).toEqual([column, message])
    if (suggestion !== undefined) expect(error.suggestion).toBe(suggestion)
  })
})
