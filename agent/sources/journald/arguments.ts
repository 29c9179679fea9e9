import type { JournaldConfig } from './config.ts'

/** To follow the journal: right behind the cursor, or at a first start from where the configuration says. */
export function followArguments(config: JournaldConfig, cursor: string | undefined): string[] {
  const start = { beginning: '--no-tail', end: '--lines=0', boot: '--boot' }[config.startAt]
  const from =
    cursor === undefined
      ? start === '--boot'
        ? [start, '--no-tail']
        : [start]
      : [`--after-cursor=${cursor}`, '--no-tail']
  return ['--follow', '--output=export', '--all', '--quiet', ...from, ...selection(config)]
}

/** What limits which entries there are. */
export function selection({ directory, units, matches }: JournaldConfig): string[] {
  return [
    ...(directory === null ? [] : [`--directory=${directory}`]),
    ...units.map(unit => `--unit=${unit}`),
    ...matches,
  ]
}
