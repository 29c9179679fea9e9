import { isNode, LineCounter, parseDocument } from 'yaml'
import { messageOf, OperatingError } from '../../lib/base/index.ts'
import { type Board, boardSchema } from './model.ts'

export const maxBoardBytes = 1_048_576
const maxFindings = 20

/** A dashboard out of its YAML. Errors: BOARD_INVALID with every finding and its place. */
export function readBoard(text: string): Board {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, maxAliasCount: 100 } as object)
  const [broken] = document.errors
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0])
    throw invalid([`${line}:${col}: ${messageOf(broken).split('\n')[0]}`])
  }
  const parsed = boardSchema.safeParse(document.toJS())
  if (parsed.success) return parsed.data
  const findings = parsed.error.issues.map(({ path, message }) => {
    const place = placeOf(document, path, lines)
    return `${place}${path.join('.')}: ${message}`
  })
  throw invalid(findings)
}

function invalid(findings: readonly string[]): OperatingError {
  const more = findings.length > maxFindings ? [`and ${findings.length - maxFindings} more`] : []
  return new OperatingError('BOARD_INVALID', [...findings.slice(0, maxFindings), ...more].join('\n'))
}

/** Of the nearest key above that is there. */
function placeOf(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
  lines: LineCounter,
): string {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (!isNode(node) || node.range == null) continue
    const { line, col } = lines.linePos(node.range[0])
    return `${line}:${col}: `
  }
  return ''
}
