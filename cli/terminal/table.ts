import { type Call, usageError } from '../command.ts'
import { type Cell, formatTable } from '../human.ts'
import { toCsvLine } from './csv.ts'
import { note, write, writeJson } from './output.ts'

/** One column of a table for people. */
export interface Column<T> {
  head: string
  cell: (row: T) => Cell
}

export const tableForms = ['table', 'json', 'csv'] as const
export type TableForm = (typeof tableForms)[number]

/** Options of every command that answers with a table. */
export const tableOptions = {
  output: {
    type: 'string',
    short: 'o',
    hint: 'FORM',
    choices: tableForms,
    description: `${tableForms.join(', ')}`,
    default: 'table',
  },
  json: { type: 'boolean', description: 'one JSON object a line, numbers plain with the unit in the key' },
} as const

/** Errors: USAGE. */
export function tableForm(call: Pick<Call, 'text' | 'flag'>): TableForm {
  return formOf(call, tableForms)
}

/** What `--output` and `--json` ask for, out of the forms that a command has. Errors: USAGE. */
export function formOf<F extends string>(call: Pick<Call, 'text' | 'flag'>, forms: readonly F[]): F {
  const asked = call.flag('json') ? 'json' : call.text('output')
  const form = forms.find(one => one === asked)
  if (form === undefined) throw usageError(`--output: found '${asked}', expected ${forms.join(', ')}`)
  return form
}

/**
 * Rows in the form that was asked for: aligned columns for people; else every field of `plain`, which has numbers as numbers
 * and units in its keys. Where there is nothing, people are told so.
 */
export async function writeRows<T>(
  call: Pick<Call, 'text' | 'flag' | 'paint'>,
  rows: readonly T[],
  columns: readonly Column<T>[],
  plain: (row: T) => object,
  nothing: string,
): Promise<void> {
  const form = tableForm(call)
  if (form === 'json') for (const row of rows) await writeJson(plain(row))
  else if (form === 'csv') await writeCsv(rows.map(plain))
  else if (rows.length > 0) {
    const cells = rows.map(row => columns.map(column => column.cell(row)))
    await write(
      formatTable(
        columns.map(column => column.head),
        cells,
        call.paint,
      ),
    )
  }
  if (rows.length === 0) note(nothing)
}

async function writeCsv(rows: readonly object[]): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const keys = Object.keys(first)
  await write(toCsvLine(keys))
  for (const row of rows) await write(toCsvLine(keys.map(key => (row as Record<string, unknown>)[key])))
}
