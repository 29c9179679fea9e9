import { type Command, optionTitle } from '../command.ts'
import { conventions, optionsOf } from './table.ts'

/**
 * The manual page millrace(1) in the man macros (groff_man(7)).
 *
 * @example
 * manPage(commands, '0.1.0').startsWith('.TH MILLRACE 1') // => true
 */
export function manPage(commands: readonly Command[], version: string): string {
  const lines = [
    `.TH MILLRACE 1 "" "millrace ${escaped(version)}" "Millrace"`,
    '.SH NAME',
    'millrace \\- collects logs, metrics and traces and answers questions about them',
    '.SH SYNOPSIS',
    '.B millrace',
    '.I COMMAND',
    '[options]',
    '.SH COMMANDS',
    ...commands.flatMap(section),
    ...conventions.flatMap(([title, text]) => [`.SH ${title.toUpperCase()}`, escaped(text)]),
    '.SH FILES',
    escaped('./millrace.yaml, /etc/millrace/millrace.yaml: the configuration, where --config names none.'),
  ]
  return `${lines.join('\n')}\n`
}

function section(command: Command): string[] {
  const usage = ['millrace', command.name, ...(command.positionals ?? [])].join(' ')
  return [
    `.SS ${escaped(usage)}`,
    `${escaped(command.summary)}.`,
    ...(command.details === undefined ? [] : ['.PP', escaped(command.details)]),
    ...optionsOf(command).flatMap(([name, option]) => {
      const { title, description } = optionTitle(name, option)
      return ['.TP', `.B ${escaped(title)}`, escaped(description)]
    }),
    '.PP',
    'Examples:',
    ...command.examples.flatMap(([call, meaning]) => ['.TP', `.B ${escaped(call)}`, escaped(meaning)]),
  ]
}

/** What the formatter would take for its own: backslashes, hyphens, and dots and quotes that begin a line. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replaceAll(/^(?=[.'])/gm, '\\&')
    .replaceAll(/[^\n\u0020-\u007e]/gu, character => `\\[u${hex(character)}]`)
}

/** Of at least four digits, as groff_char(7) wants them. */
function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
}
