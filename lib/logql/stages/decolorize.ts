import type { PlainStage } from '../ast.ts'
import type { StageKind } from './kind.ts'

const colour =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are such
  /[\x1b\x9b][[\]()#;?]*(?:(?:[a-zA-Z\d]*(?:;[a-zA-Z\d]*)*)?\x07|(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PRZcf-ntqry=><~])/g

/** `| decolorize`: the line without what steers a terminal. Source: Loki pkg/logql/log/fmt.go. */
export const decolorize: StageKind<PlainStage> = {
  name: 'decolorize',
  parse: () => ({ kind: 'decolorize' }),
  format: () => '| decolorize',
  compile: () => line => line.replaceAll(colour, ''),
}
