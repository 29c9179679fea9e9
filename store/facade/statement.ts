import { syntaxError, unsupported } from './errors.ts'

/** A statement as the facade has to treat it. */
export type Statement =
  | { kind: 'insert'; head: string; settings: string; format: string; data: string }
  | { kind: 'query'; sql: string; format: string | undefined }

/**
 * Finds out whether rows follow the statement, and in which format answers are wanted.
 *
 * Rows never go to chDB together with the SQL: it takes inline rows to end at a blank line and **runs what follows as
 * SQL**. So an insert is cut here into its head and its data, which reach the engine as a file.
 * Errors: SYNTAX_ERROR for a second statement after a semicolon.
 *
 * @example
 * parseStatement('INSERT INTO t (a) FORMAT JSONEachRow {"a":1}')
 * // => { kind: 'insert', head: 'INSERT INTO t (a)', settings: '', format: 'JSONEachRow', data: '{"a":1}' }
 */
export function parseStatement(sql: string): Statement {
  const masked = mask(sql)
  const insert = /^\s*INSERT\s+INTO\b/i.test(masked) ? findInsert(sql, masked) : undefined
  if (insert !== undefined) return insert
  const semicolon = masked.search(/;\s*$/)
  const end = semicolon < 0 ? sql.length : semicolon
  if (masked.slice(0, end).includes(';')) throw syntaxError('Multi-statements are not allowed')
  return findQuery(sql.slice(0, end), masked.slice(0, end))
}

function findQuery(sql: string, masked: string): Statement {
  const found = /\bFORMAT\s+(\w+)\s*(SETTINGS\b[\s\S]*)?$/i.exec(masked)
  if (found === null) return { kind: 'query', sql, format: undefined }
  const settings = found[2] === undefined ? '' : sql.slice(masked.length - found[2].length)
  return { kind: 'query', sql: sql.slice(0, found.index) + settings, format: found[1] }
}

/** Undefined for INSERT … SELECT, which brings no rows along. */
function findInsert(sql: string, masked: string): Statement | undefined {
  if (/^[^;]*\bFROM\s+INFILE\b/i.test(masked)) throw unsupported('INSERT … FROM INFILE')
  const found = /\b(?:FORMAT\s+(\w+)|VALUES|SELECT|WITH|SETTINGS)\b/i.exec(outerText(masked))
  const word = found?.[0].toUpperCase()
  if (found === null || word === 'SELECT' || word === 'WITH') return undefined
  if (word === 'SETTINGS') return findInsertWithSettings(sql, masked, found.index)
  return cut(sql, masked, found, '', found.index)
}

function findInsertWithSettings(sql: string, masked: string, settingsAt: number): Statement | undefined {
  const found = /\b(?:FORMAT\s+(\w+)|VALUES|SELECT|WITH)\b/i.exec(masked.slice(settingsAt))
  if (found === null || !/^(FORMAT|VALUES)/i.test(found[0])) return undefined
  found.index += settingsAt
  return cut(sql, masked, found, sql.slice(settingsAt, found.index).trim(), settingsAt)
}

function cut(
  sql: string,
  masked: string,
  found: RegExpExecArray,
  settings: string,
  headEnd: number,
): Statement {
  if (masked.slice(0, found.index).includes(';')) throw syntaxError('Multi-statements are not allowed')
  const data = sql.slice(found.index + found[0].length).replace(/^\s*;?\s*$/, '')
  return {
    kind: 'insert',
    head: sql.slice(0, headEnd).trim(),
    settings,
    format: found[1] ?? 'Values',
    // one blank or line end parts the format from the rows
    data: data.replace(/^[ \t]*(\r?\n)?/, ''),
  }
}

/** The text with everything in parentheses blanked, so that a column called `format` is not taken for the keyword. */
function outerText(masked: string): string {
  const open = /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?[^\s(]+\s*\(/i.exec(masked)
  if (open === null) return masked
  const close = masked.indexOf(')', open[0].length)
  return close < 0 ? masked : ' '.repeat(close + 1) + masked.slice(close + 1)
}

const quoted =
  /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?\*\//g

/** The statement with strings, quoted names and comments blanked: what is left are keywords, at their old positions. */
export function mask(sql: string): string {
  return sql.replace(quoted, text =>
    /^['"`]/.test(text) ? `'${'x'.repeat(text.length - 2)}'` : ' '.repeat(text.length),
  )
}
