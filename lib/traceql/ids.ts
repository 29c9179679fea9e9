import type { Expression, IntrinsicName } from './ast.ts'

const digits: Readonly<Partial<Record<IntrinsicName, number>>> = {
  'trace:id': 32,
  'link:traceID': 32,
  'span:id': 16,
  'span:parentID': 16,
  'link:spanID': 16,
}

/**
 * An id that is compared with one of spans, as the store has it: tools leave zeros at the front out, or write large letters.
 *
 * @example
 * idLike({ kind: 'intrinsic', name: 'span:id' }, { kind: 'literal', type: 'string', value: 'AB' }) // the text is 00000000000000ab
 */
export function idLike(field: Expression, text: Expression): Expression {
  const count = field.kind === 'intrinsic' ? digits[field.name] : undefined
  if (count === undefined || text.kind !== 'literal' || text.type !== 'string') return text
  const isId = text.value.length <= count && /^[0-9a-f]+$/i.test(text.value)
  return isId ? { ...text, value: text.value.toLowerCase().padStart(count, '0') } : text
}
