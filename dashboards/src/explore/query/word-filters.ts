import type { Clause, FieldFilter } from './clause.ts'

/** As lib/logql/words.ts cuts what people type. */
const term =
  /(?<minus>-(?=["\p{L}_]))?(?:(?<name>[\p{L}_][\w.]*|"(?:[^"\\]|\\.)+"(?=:)):(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<value>[^\s":/][^\s"]*))(?!\S)|"(?:[^"\\]|\\.)*"(?!\S)|\S+)/gsu
const placeInProgram = /^[\w.]+\.[a-z]{1,5}:\d+$/

interface Term {
  text: string
  field: string | undefined
  value: string
  isMinus: boolean
  from: number
  to: number
}

function termsOf(query: string): Term[] {
  return [...query.matchAll(term)].map(found => {
    const { minus, name, quoted, value } = found.groups ?? {}
    const isPlace = value !== undefined && placeInProgram.test(`${name}:${value}`)
    const field =
      name === undefined || isPlace ? undefined : name.startsWith('"') ? plain(name.slice(1, -1)) : name
    return {
      text: found[0],
      field,
      value: value ?? plain(quoted ?? ''),
      isMinus: minus !== undefined,
      from: found.index,
      to: found.index + found[0].length,
    }
  })
}

/** Fields with their values; those that `OR` joins where all are of one field. */
export function clausesOf(query: string): Clause[] {
  const terms = termsOf(query)
  const clauses: Clause[] = []
  for (let i = 0; i < terms.length; i++) {
    const group = groupAt(terms, i)
    const [first] = group
    const negation = terms[i - 1]?.text === 'NOT'
    const isOne =
      first?.field !== undefined &&
      group.every(one => one.field === first.field && one.isMinus === first.isMinus)
    i += (group.length - 1) * 2
    if (!isOne || negation || (group.length > 1 && first.isMinus)) continue
    const values = group.map(one => one.value)
    const to = terms[i + 1]?.from ?? query.length
    clauses.push({ field: first.field ?? '', isExcluding: first.isMinus, values, from: first.from, to })
  }
  return clauses
}

/** A term and those that `OR` joins to it. */
function groupAt(terms: readonly Term[], start: number): Term[] {
  const group = terms.slice(start, start + 1)
  for (let i = start + 1; terms[i]?.text === 'OR' && terms[i + 1] !== undefined; i += 2)
    group.push(terms[i + 1] as Term)
  return group
}

/** The query with filters more. */
export function add(query: string, { field, included, excluded }: FieldFilter): string {
  const any = included.map(value => written(field, value)).join(' OR ')
  const terms = [...(any === '' ? [] : [any]), ...excluded.map(value => `-${written(field, value)}`)].join(
    ' ',
  )
  // a quote that is not closed would swallow what comes behind it
  const isOpen = (query.replaceAll(/\\./gs, '').match(/"/g)?.length ?? 0) % 2 === 1
  return isOpen ? `${terms} ${query.trim()}` : `${query.trim()} ${terms}`
}

function written(field: string, value: string): string {
  const name = /^[\p{L}_][\w.]*$/u.test(field) ? field : quoted(field)
  return `${name}:${/^[A-Za-z][\w-]*$/.test(value) ? value : quoted(value)}`
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

function plain(text: string): string {
  return text.replaceAll(/\\(["\\])/g, '$1')
}
