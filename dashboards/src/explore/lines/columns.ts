/** A field that has a column of its own. */
export interface Column {
  field: string
  width: number
}

export const minWidth = 40
const maxWidth = 1_200
const usualWidth: Readonly<Record<string, number>> = { level: 64, service: 140, host: 120 }

export function widthOf(field: string): number {
  return usualWidth[field] ?? 130
}

/** `level,service*200,http.route`: names with what a list cannot hold written as in an address. */
export function readColumns(text: string): Column[] {
  const columns = text.split(',').flatMap(part => {
    const [name = '', width] = part.split('*')
    const field = decode(name)
    return field === '' ? [] : [{ field, width: clampWidth(Number(width ?? widthOf(field))) }]
  })
  return columns.filter(({ field }, i) => columns.findIndex(other => other.field === field) === i)
}

export function writeColumns(columns: readonly Column[]): string {
  return columns
    .map(({ field, width }) => {
      const name = encodeURIComponent(field).replaceAll('*', '%2A')
      return width === widthOf(field) ? name : `${name}*${width}`
    })
    .join(',')
}

export function clampWidth(width: number): number {
  return Number.isFinite(width) ? Math.round(Math.max(minWidth, Math.min(maxWidth, width))) : 130
}

/** With the column where it was not, without it where it was. */
export function turned(columns: readonly Column[], field: string): Column[] {
  const rest = columns.filter(column => column.field !== field)
  return rest.length < columns.length ? rest : [...columns, { field, width: widthOf(field) }]
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    // written by hand
    return name
  }
}
