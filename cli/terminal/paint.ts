/** SGR codes (ECMA-48) by what they are for, not by colour, so that a change of palette is a change here. */
const codes = {
  bold: '1',
  dim: '2',
  good: '32',
  warning: '33',
  bad: '31',
  fatal: '35',
  name: '36',
  match: '1;31',
} as const
export type PaintStyle = keyof typeof codes

/** Puts a text into a style; gives it as it is where there are no colours. */
export type Paint = (text: string, style: PaintStyle | undefined) => string

export type ColourChoice = 'auto' | 'always' | 'never'
export const colourChoices: readonly ColourChoice[] = ['auto', 'always', 'never']

/**
 * How to paint for a stream. `--color` wins; then NO_COLOR, not empty, is none (no-color.org), FORCE_COLOR or
 * CLICOLOR_FORCE is some; else a terminal that is not `dumb` has them.
 *
 * @example
 * painterFor({ isTTY: true }, { NO_COLOR: '1' }, 'auto')('x', 'bad') // => 'x'
 */
export function painterFor(
  stream: { isTTY?: boolean | undefined },
  environment: Readonly<Record<string, string | undefined>>,
  choice: ColourChoice,
): Paint {
  return hasColours(stream, environment, choice) ? painted : plain
}

export const plain: Paint = text => text

const painted: Paint = (text, style) =>
  style === undefined || text === '' ? text : `\u001b[${codes[style]}m${text}\u001b[0m`

function hasColours(
  { isTTY = false }: { isTTY?: boolean | undefined },
  environment: Readonly<Record<string, string | undefined>>,
  choice: ColourChoice,
): boolean {
  if (choice !== 'auto') return choice === 'always'
  if (isSet(environment['NO_COLOR'])) return false
  if (isSet(environment['FORCE_COLOR']) || isSet(environment['CLICOLOR_FORCE'])) return true
  return isTTY && environment['TERM'] !== 'dumb'
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0'
}

const byLevel: Readonly<Record<string, PaintStyle>> = {
  trace: 'dim',
  debug: 'dim',
  info: 'good',
  warn: 'warning',
  error: 'bad',
  fatal: 'fatal',
}

/** The style of a log level; none for one that is not known. */
export function styleOfLevel(level: string): PaintStyle | undefined {
  return byLevel[level]
}
