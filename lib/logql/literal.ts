/** What Go's math has for each operator of two numbers, and 1 or 0 for a comparison. */
const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? Number.NaN : a / b),
  '%': (a, b) => (b === 0 ? Number.NaN : a % b),
  '^': (a, b) => a ** b,
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
}

/**
 * The number that two numbers make: Loki reads `60 * 5` as 300. Undefined where one of them is none. `operator` may have more
 * behind it. Source: Loki pkg/logql/syntax, reduceBinOp.
 *
 * @example
 * literalOf(1, '== bool', 1) // => 1
 */
export function literalOf(
  left: number | undefined,
  operator: string,
  right: number | undefined,
): number | undefined {
  if (left === undefined || right === undefined) return undefined
  return operations[operator.split(' ')[0] ?? '']?.(left, right)
}
