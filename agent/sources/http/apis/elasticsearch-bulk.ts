import { messageOf, parseWrittenJson } from '../../../../lib/base/index.ts'
import { invalidPush } from '../../../listen/serve-apis.ts'
import { type Fields, isFields } from './json-values.ts'

export interface BulkItem {
  action: string
  index: string
  id?: string
  document?: Fields
  /** Why this one is not taken; the others are. */
  problem?: string
}

/** Reads pairs of action and document, a line each. Errors: PUSH_INVALID where an action is none. */
export function* bulkLines(body: Buffer, defaultIndex: string): Iterable<BulkItem> {
  const lines = linesOf(body)
  for (let next = lines.next(); !next.done; next = lines.next()) {
    const [text, number] = next.value
    const item = actionOf(text, number, defaultIndex)
    if (item.action === 'delete') yield { ...item, problem: 'nothing is ever deleted here' }
    else {
      const document = lines.next()
      if (document.done) throw invalidPush(`line ${number}: the action ${item.action} has no document`)
      yield { ...item, ...documentOf(document.value[0], item.action) }
    }
  }
}

function actionOf(text: string, number: number, defaultIndex: string): BulkItem {
  const value = parsed(text)
  const [action, details] = isFields(value) ? (Object.entries(value)[0] ?? []) : []
  if (action === undefined || !['index', 'create', 'update', 'delete'].includes(action))
    throw invalidPush(
      `line ${number}: found ${text.slice(0, 60)}, expected an action: index, create, update or delete`,
    )
  const { _index, _id } = isFields(details) ? details : {}
  return {
    action,
    index: typeof _index === 'string' ? _index : defaultIndex,
    ...(typeof _id === 'string' ? { id: _id } : {}),
  }
}

function documentOf(text: string, action: string): Pick<BulkItem, 'document' | 'problem'> {
  const value = parsed(text)
  if (value instanceof Error) return { problem: `failed to parse: ${messageOf(value)}` }
  const document = action === 'update' && isFields(value) ? (value['doc'] ?? value['upsert']) : value
  return isFields(document) ? { document } : { problem: 'the document is no object' }
}

function parsed(text: string): unknown {
  try {
    return parseWrittenJson(text)
  } catch (error) {
    return error
  }
}

function* linesOf(body: Buffer): Generator<[text: string, number: number], undefined> {
  let number = 1
  for (let at = 0; at < body.length; number++) {
    const feed = body.indexOf(0x0a, at)
    const end = feed < 0 ? body.length : feed
    const text = body.toString('utf8', at, end).trim()
    if (text !== '') yield [text, number]
    at = end + 1
  }
  return undefined
}
