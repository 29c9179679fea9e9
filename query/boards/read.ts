import { OperatingError } from '../../lib/base/index.ts'
import { PlacedYaml } from '../placed-yaml.ts'
import { type Board, boardSchema } from './model.ts'

export const maxBoardBytes = 1_048_576
const maxFindings = 20

/** A dashboard out of its YAML. Errors: BOARD_INVALID with every finding and its place. */
export function readBoard(text: string): Board {
  const yaml = PlacedYaml.of(text)
  const { broken } = yaml
  if (broken !== undefined) throw invalid([`${broken.place}: ${broken.message}`])
  const parsed = boardSchema.safeParse(yaml.value())
  if (parsed.success) return parsed.data
  throw invalid(
    parsed.error.issues.map(({ path, message }) => `${yaml.placeOf(path)}: ${path.join('.')}: ${message}`),
  )
}

function invalid(findings: readonly string[]): OperatingError {
  const more = findings.length > maxFindings ? [`and ${findings.length - maxFindings} more`] : []
  return new OperatingError('BOARD_INVALID', [...findings.slice(0, maxFindings), ...more].join('\n'))
}
