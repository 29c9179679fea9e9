export const offsetsTopic = '__consumer_offsets'
export const transactionsTopic = '__transaction_state'
export const shareStateTopic = '__share_group_state'
export const internalTopics: ReadonlySet<string> = new Set([offsetsTopic, transactionsTopic, shareStateTopic])

const maxNameLength = 249

/** Why a name cannot be a topic's, in Kafka's words; undefined for a good one. */
export function topicNameProblem(name: string): string | undefined {
  if (name === '') return 'Topic name is invalid: the empty string is not allowed'
  if (name === '.' || name === '..') return `Topic name is invalid: '${name}' is not allowed`
  if (name.length > maxNameLength)
    return `Topic name is invalid: the length of '${name.slice(0, 40)}…' is longer than the max allowed length ${maxNameLength}`
  if (!/^[a-zA-Z0-9._-]+$/.test(name))
    return `Topic name is invalid: '${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`
  return undefined
}

/** Names that differ only in `.` and `_` would be one metric; Kafka refuses the second. */
export function collisionKey(name: string): string {
  return name.replaceAll('.', '_')
}
