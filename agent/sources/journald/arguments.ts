import type { JournaldConfig } from './config.ts'

/**
 * For all that is there behind the cursor, or at a first start from where the configuration says. Apart from following,
 * since that shows one boot alone, whatever the cursor says (systemd 251 and later).
 */
export function catchUpArguments(config: JournaldConfig, cursor: string | undefined, boot: string): string[] {
  const first = config.startAt === 'boot' ? [ofBoot(boot)] : []
  return [...output, ...(cursor === undefined ? first : behind(cursor)), ...selection(config)]
}

/** For what comes from now on behind the cursor. */
export function followArguments(config: JournaldConfig, cursor: string | undefined, boot: string): string[] {
  const from = cursor === undefined ? [] : behind(cursor)
  return [...output, '--follow', '--no-tail', ofBoot(boot), ...from, ...selection(config)]
}

/** For the journal's last entry, of those that are selected or of all. */
export function lastArguments(config: JournaldConfig, isSelected: boolean): string[] {
  const only = isSelected ? selection(config) : selection({ ...config, units: [], matches: [] })
  return ['--output=export', '--lines=1', '--quiet', '--output-fields=_BOOT_ID', ...only]
}

const output = ['--output=export', '--all', '--quiet']

function behind(cursor: string): string[] {
  return [`--after-cursor=${cursor}`]
}

/** By its id: what a sandboxed process in a container takes for this boot's is the host's. */
function ofBoot(boot: string): string {
  return `--boot=${boot}`
}

/** What limits which entries there are. */
function selection({ directory, units, matches }: JournaldConfig): string[] {
  return [
    ...(directory === null ? [] : [`--directory=${directory}`]),
    ...units.map(unit => `--unit=${unit}`),
    ...matches,
  ]
}
