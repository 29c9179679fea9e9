import { messageOf, nearest, OperatingError, packageVersion } from '../lib/base/index.ts'
import {
  type Command,
  columns,
  commandsBelow,
  exitDone,
  exitNot,
  exitUsage,
  helpText,
  parseCall,
  usageError,
} from './command.ts'
import { otherCommands } from './other-tools.ts'
import { printable } from './printable.ts'
import { heedReader } from './terminal/output.ts'

/** Runs one command line; gives the exit code: 0 done, 1 the thing asked about is not so, 2 wrong use or no connection. */
export async function runCommandLine(commands: readonly Command[], args: string[]): Promise<number> {
  try {
    const [first, second] = args
    if (first === undefined || first === '--help' || first === '-h') return overview(commands)
    if (first === '--version' || first === 'version') return version()
    const group = groupHelp(commands, args)
    if (group !== undefined) return printed(group)
    if (first === 'help' && second === undefined) return overview(commands)
    const { command, rest } = find(commands, first === 'help' ? [...args.slice(1), '--help'] : args)
    const call = parseCall(command, rest)
    heedReader(command.isServer === true)
    if (!call.help) return await command.run(call)
    return printed(helpText(command, commandsBelow(commands, command.name)))
  } catch (error) {
    return report(error)
  }
}

/** An operating failure is one line that says what to do; anything else is a bug and shows its stack. */
function report(error: unknown): number {
  if (!(error instanceof OperatingError)) {
    process.stderr.write(`millrace: ${error instanceof Error ? error.stack : String(error)}\n`)
    return exitUsage
  }
  process.stderr.write(
    error.code === 'CONFIG_INVALID'
      ? `${error.message}\n`
      : `millrace: ${messageOf(error).split('\n').map(printable).join('\n')}\n`,
  )
  return error.code === 'NOT_SO' ? exitNot : exitUsage
}

/** What stands before the options: a command of two words, of one, or the beginning of several. */
function find(commands: readonly Command[], args: string[]): { command: Command; rest: string[] } {
  const two = commands.find(c => c.name === `${args[0]} ${args[1]}`)
  if (two !== undefined) return { command: two, rest: args.slice(2) }
  const one = commands.find(c => c.name === args[0])
  if (one !== undefined) return { command: one, rest: args.slice(1) }
  const below = commandsBelow(commands, String(args[0]))
  throw usageError(below.length > 0 ? describeMissing(args, below) : describeUnknown(args, commands))
}

function describeMissing([first, second]: string[], below: readonly Command[]): string {
  const names = below.map(command => command.name.slice(String(first).length + 1))
  const list = `millrace ${first} takes one of ${names.join(', ')}`
  if (second === undefined || second.startsWith('-')) return `${list}: see millrace ${first} --help`
  const like = nearest(second, names)
  const hint = like === undefined ? list : `did you mean ${first} ${like}?`
  return `unknown command '${first} ${second}', ${hint}`
}

function describeUnknown([first]: string[], commands: readonly Command[]): string {
  const meant = Object.hasOwn(otherCommands, String(first)) ? otherCommands[String(first)] : undefined
  if (meant !== undefined) return `unknown command '${first}', that is millrace ${meant}: see millrace --help`
  const words = [...new Set(commands.map(c => c.name.split(' ')[0] as string))]
  const like = nearest(String(first), words)
  return `unknown command '${first}'${like === undefined ? '' : `, did you mean ${like}?`}: see millrace --help`
}

/** What `--help` of the beginning of several commands prints; undefined for anything else. */
function groupHelp(commands: readonly Command[], args: string[]): string | undefined {
  const [first = '', second] = args[0] === 'help' ? args.slice(1) : args
  if (commands.some(c => c.name === first) || !(second === '--help' || second === '-h' || args[0] === 'help'))
    return undefined
  const below = commandsBelow(commands, first)
  if (below.length === 0) return undefined
  const list = columns(below.map(c => [c.name, c.summary] as const))
  return `usage: millrace ${first} COMMAND [options]\n\n${list}\n`
}

function printed(text: string): number {
  process.stdout.write(text)
  return exitDone
}

function overview(commands: readonly Command[]): number {
  const list = columns(commands.map(c => [c.name, c.summary] as const))
  process.stdout.write(
    `millrace collects logs and metrics and answers questions about them\n\nusage: millrace COMMAND [options]\n\n${list}\n\nmillrace COMMAND --help has the options and examples of each\n`,
  )
  return exitDone
}

function version(): number {
  process.stdout.write(`millrace ${packageVersion()}\n`)
  return exitDone
}
