import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mask, parseStatement } from './statement.ts'

describe('a statement', () => {
  it.each([
    ['INSERT INTO t FORMAT Native', 'INSERT INTO t', '', 'Native', ''],
    ['INSERT INTO t (a, format) FORMAT JSONEachRow', 'INSERT INTO t (a, format)', '', 'JSONEachRow', ''],
    [
      'insert into `d`.`t`\nSETTINGS x = 1 FORMAT CSV\n1,2',
      'insert into `d`.`t`',
      'SETTINGS x = 1',
      'CSV',
      '1,2',
    ],
    ["INSERT INTO t VALUES (1, 'a;b')", 'INSERT INTO t', '', 'Values', "(1, 'a;b')"],
    ['INSERT INTO t FORMAT CSV\n1\n\nDROP TABLE t', 'INSERT INTO t', '', 'CSV', '1\n\nDROP TABLE t'],
    ['INSERT INTO t FORMAT TSV;', 'INSERT INTO t', '', 'TSV', ''],
  ])('%j is cut into head and rows', (sql, head, settings, format, data) => {
    expect(parseStatement(sql)).toEqual({ kind: 'insert', head, settings, format, data })
  })

  it.each([
    ['SELECT 1', 'SELECT 1', undefined],
    ['SELECT 1 FORMAT JSON', 'SELECT 1 ', 'JSON'],
    ['SELECT 1 FORMAT JSON SETTINGS max_threads = 1;', 'SELECT 1 SETTINGS max_threads = 1', 'JSON'],
    ["SELECT 'x FORMAT JSON'", "SELECT 'x FORMAT JSON'", undefined],
    ['SELECT format FROM t', 'SELECT format FROM t', undefined],
    ['SELECT 1 -- FORMAT CSV', 'SELECT 1 -- FORMAT CSV', undefined],
    ['INSERT INTO t SELECT * FROM u', 'INSERT INTO t SELECT * FROM u', undefined],
    ['INSERT INTO t SETTINGS x = 1 SELECT 1', 'INSERT INTO t SETTINGS x = 1 SELECT 1', undefined],
  ])('%j is run as it is', (sql, text, format) => {
    expect(parseStatement(sql)).toEqual({ kind: 'query', sql: text, format })
  })

  it.each([
    'SELECT 1; SELECT 2',
    "SELECT ';'; DROP TABLE t",
    'INSERT INTO t SELECT 1; DROP TABLE t',
    'INSERT INTO t (a); DROP TABLE t FORMAT CSV',
  ])('%j is refused: it is more than one', sql => {
    expect(() => parseStatement(sql)).toThrow('Multi-statements')
  })

  it('does not let a client name files of this machine', () => {
    expect(() => parseStatement("INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV")).toThrow('INFILE')
  })

  it('keeps every character at its place when strings are masked', () => {
    fc.assert(fc.property(fc.string(), text => mask(text).length === text.length))
  })
})
