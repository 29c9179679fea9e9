import { bare, type Call, type Expression, type Selector } from './ast.ts'
import { isOverTime } from './functions/index.ts'
import { infoSelectors } from './info-selectors.ts'

/**
 * What of an expression is evaluated one series after the other, by the selector that it reads: a call of a function of a range, or an
 * instant selector alone. So samples need not be there all at once.
 */
export function piecesOf(expression: Expression): ReadonlyMap<Selector, Expression> {
  const pieces = new Map<Selector, Expression>()
  collect(expression, pieces)
  return pieces
}

function collect(expression: Expression, pieces: Map<Selector, Expression>): void {
  switch (expression.kind) {
    case 'number':
    case 'text':
      return
    case 'selector':
      if (expression.range === undefined) pieces.set(expression, expression)
      return
    case 'call':
      collectCall(expression, pieces)
      return
    case 'aggregation':
      if (expression.parameter !== undefined) collect(expression.parameter, pieces)
      collect(expression.of, pieces)
      return
    case 'binary':
      collect(expression.left, pieces)
      collect(expression.right, pieces)
      return
    case 'sign':
    case 'paren':
    case 'subquery':
      collect(expression.of, pieces)
  }
}

function collectCall(call: Call, pieces: Map<Selector, Expression>): void {
  // it looks at the samples of its selectors itself
  if (infoSelectors(call).length > 0) return
  const own = call.arguments.map(bare).filter(argument => argument.kind === 'selector')
  const [selector] = own
  const isPiece = isOverTime(call.name) || call.name === 'timestamp'
  if (selector !== undefined && own.length === 1 && isPiece && call.arguments.every(isPlain)) {
    pieces.set(selector, call)
    return
  }
  if (call.name !== 'timestamp') for (const argument of call.arguments) collect(argument, pieces)
}

/** Nothing but the selector itself is to be loaded for it. */
function isPlain(argument: Expression): boolean {
  const { kind } = bare(argument)
  return kind === 'selector' || kind === 'number' || kind === 'text'
}
