import { QueryError } from './error.ts'

const comparison = /^(?<name>[\p{L}_][\w.-]*)(?<operator>!=|=~|!~)(?<value>[^\s()]+)$/u
const list = /^(?<name>[\p{L}_][\w.-]*):\(?/u

/**
 * Among plain words, what is a condition elsewhere: `level!=error` would be looked for as the two words of it, which is the opposite of
 * what it says. Errors: QUERY_INVALID, with how it is written here.
 */
export function refuseLookalike(word: string, text: string, at: number): void {
  const { name, operator = '', value = '' } = comparison.exec(word)?.groups ?? {}
  if (name !== undefined) {
    const said = operator === '!=' ? `-${name}:${value}` : `| ${name} ${operator} "${value}"`
    throw new QueryError(
      `${word} is no condition as it is written`,
      text,
      at,
      `write ${said}; or "${word}" for the text itself`,
    )
  }
  const found = list.exec(word)
  const isList = found?.[0].endsWith('(') || (found?.[0] === word && text[at + word.length] === '(')
  if (isList)
    throw new QueryError(
      'a field has one value here',
      text,
      at,
      `write (${found?.groups?.['name']}:a OR ${found?.groups?.['name']}:b)`,
    )
}
