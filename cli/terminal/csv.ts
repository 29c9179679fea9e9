import { printable } from '../printable.ts'

/**
 * One line of CSV (RFC 4180, with a line feed): what has commas, quotes or line breaks is quoted, lists and objects are JSON,
 * nothing is empty. For a terminal (`forTerminal`) without characters that it would obey.
 */
export function toCsvLine(values: readonly unknown[], forTerminal = process.stdout.isTTY === true): string {
  return `${values.map(value => quoted(textOf(value), forTerminal)).join(',')}\n`
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function quoted(text: string, forTerminal: boolean): string {
  const shown = forTerminal ? printable(text) : text
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown
}
