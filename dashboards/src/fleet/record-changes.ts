import type { RulesPreviewAnswer } from '../../../query/index.ts'

type TriedRecord = RulesPreviewAnswer['rules'][number]['examples'][number]['before']

export interface Change {
  name: string
  was: string | undefined
  is: string | undefined
}

/** The message, and every other field that a rule has changed; of a record that is left out the message alone. */
export function changesOf(before: TriedRecord, after: TriedRecord | undefined): Change[] {
  if (after === undefined) return [{ name: 'body', was: before.body, is: undefined }]
  const [was, is] = [flat(before), flat(after)]
  return [...new Set([...was.keys(), ...is.keys()])]
    .map(name => ({ name, was: was.get(name), is: is.get(name) }))
    .filter(change => change.name === 'body' || change.was !== change.is)
}

function flat({ attributes = {}, resource = {}, ...fields }: TriedRecord): Map<string, string | undefined> {
  const named = Object.entries(resource).map(([name, value]) => [`resource ${name}`, value] as const)
  return new Map([...Object.entries(fields), ...Object.entries(attributes), ...named])
}
