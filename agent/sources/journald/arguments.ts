import type { JournaldConfig } from './config.ts'

/**
 * For all that is there behind the cursor, or at a first start from where the configuration says. Apart from following,
 * since that begins at the last boot whatever the cursor says (systemd 251 and later).
 */
export function catchUpArguments(config: JournaldConfig, cursor: string | undefined): string[] {
  const first = config.startAt === 'boot' ? ['--boot'] : []
  return [...output, ...(cursor === undefined ? first : behind(cursor)), ...selection(config)]
}

/** For what comes from now on behind the cursor. */
export function followArguments(config: JournaldConfig, cursor: string | undefined): string[] {
  const from = cursor === undefined ? [] : behind(cursor)
  return [...output, '--follow', '--no-tail', ...from, ...selection(config)]
}

const output = ['--output=export', '--all', '--quiet']

function behind(cursor: string): string[] {
  return [`--after-cursor=${cursor}`]
}

/** What limits which entries there are. */
export function selection({ directory, units, matches }: JournaldConfig): string[] {
  return [
    ...(directory === null ? [] : [`--directory=${directory}`]),
    ...units.map(unit => `--unit=${unit}`),
    ...matches,
  ]
}
