/** What a member says of records it has acquired, by Kafka's numbers. */
export const acknowledgeTypes = { gap: 0, accept: 1, release: 2, reject: 3, renew: 4 } as const

/** One type for all of its offsets, or one for each. */
export interface Acknowledgement {
  firstOffset: number
  lastOffset: number
  acknowledgeTypes: number[]
}

/** Whether they can be looked at at all: in order, complete, of types that the request may have. */
export function areValid(acknowledgements: readonly Acknowledgement[], mayRenew: boolean): boolean {
  let previousLast = -1
  for (const { firstOffset, lastOffset, acknowledgeTypes: types } of acknowledgements) {
    const isRange = firstOffset <= lastOffset && firstOffset > previousLast
    const isComplete = types.length === 1 || types.length === lastOffset - firstOffset + 1
    if (!isRange || !isComplete || !types.every(type => isKnown(type, mayRenew))) return false
    previousLast = lastOffset
  }
  return true
}

/** Ranges of the same type, in order. */
export function* rangesOf(
  acknowledgements: readonly Acknowledgement[],
): Iterable<{ first: number; last: number; type: number }> {
  for (const { firstOffset, lastOffset, acknowledgeTypes: types } of acknowledgements) {
    const [only] = types
    if (types.length === 1 && only !== undefined) {
      yield { first: firstOffset, last: lastOffset, type: only }
      continue
    }
    for (let i = 0; i < types.length; ) {
      const type = types[i] as number
      let end = i + 1
      while (end < types.length && types[end] === type) end++
      yield { first: firstOffset + i, last: firstOffset + end - 1, type }
      i = end
    }
  }
}

function isKnown(type: number, mayRenew: boolean): boolean {
  return type >= acknowledgeTypes.gap && type <= (mayRenew ? acknowledgeTypes.renew : acknowledgeTypes.reject)
}
