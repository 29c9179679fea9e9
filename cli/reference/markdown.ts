import { type Command, optionTitle } from '../command.ts'
import { conventions } from './table.ts'

/** docs/command-line.md: every command with its options and examples. */
export function markdownPage(commands: readonly Command[]): string {
  const parts = [
    '# The command line',
    'Made of the commands themselves: `millrace man --markdown > docs/command-line.md`. The same as a manual page: `millrace man | man -l -`. Completion: `millrace completion bash`, `zsh` or `fish`.',
    ...conventions.map(([title, text]) => `**${title}.** ${marked(text)}`),
    'Every command also takes `--config FILE`, `--set KEY=VALUE`, `--color WHEN` and `--help`.',
    ...commands.map(section),
  ]
  return `${parts.join('\n\n')}\n`
}

function section(command: Command): string {
  const usage = ['millrace', command.name, ...(command.positionals ?? [])].join(' ')
  const parts = [`## ${command.name}`, `\`${usage}\`: ${marked(command.summary)}.`]
  if (command.details !== undefined) parts.push(marked(command.details))
  const options = Object.entries(command.options ?? {}).map(([name, option]) => {
    const { title, description } = optionTitle(name, option)
    return `| \`${title.replaceAll('|', '\\|')}\` | ${marked(description).replaceAll('|', '\\|')} |`
  })
  if (options.length > 0) parts.push(['| option | |', '|---|---|', ...options].join('\n'))
  parts.push(
    ['```sh', ...command.examples.map(([call, meaning]) => `${call}  # ${meaning}`), '```'].join('\n'),
  )
  return parts.join('\n\n')
}

/** What markdown would take for its own. */
function marked(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('\n', ' ')
}
