import type { PlainStage } from '../ast.ts'
import type { StageKind } from './kind.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are such
const colour = /\x1b\[[0-9;]*m/g

/** `| decolorize`: the line without ANSI colours. */
export const decolorize: StageKind<PlainStage> = {
  name: 'decolorize',
  parse: () => ({ kind: 'decolorize' }),
  format: () => '| decolorize',
  compile: () => line => line.replaceAll(colour, ''),
}
