import { formOf } from './form.ts'

const mask = /<(?:\*|_|[a-z][a-z0-9_-]*)>/

/** The query with one more filter: lines of a template alone, or without them. Words are asked for its fixed parts as phrases. */
export function withPattern(query: string, template: string, isExcluded: boolean): string {
  const form = formOf(query)
  if (form === 'words') return `${query.trimEnd()} ${phrases(template, isExcluded)}`.trimEnd()
  const stage = `${isExcluded ? '!~' : '|~'} ${JSON.stringify(regexOf(template))}`
  return form === 'empty' ? `{} ${stage}` : `${query.trimEnd()} ${stage}`
}

/** A pattern for `|~` that takes lines of a template; texts that JSON writes with a backslash are found so, too. */
export function regexOf(template: string): string {
  const literals = template
    .split(mask)
    .map(part => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('"', '\\\\?"'))
  return literals.join('.+?').replace(/^(?:\.\+\?)+|(?:\.\+\?)+$/g, '')
}

function phrases(template: string, isExcluded: boolean): string {
  const parts = template
    .split(mask)
    .flatMap(part => part.split(/["\\]/))
    .map(part => part.trim())
    .filter(part => part !== '')
  if (!isExcluded) return parts.map(part => `"${part}"`).join(' ')
  // without lines that have the longest part: those without any one of them cannot be asked for in words
  const longest = parts.toSorted((a, b) => b.length - a.length)[0]
  return longest === undefined ? '' : `-"${longest}"`
}
