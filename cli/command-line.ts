import { messageOf, nearest, OperatingError, packageVersion } from '../lib/base/index.ts'
import {
  type Command,
  columns,
  exitDone,
  exitNot,
  exitUsage,
  helpText,
  parseCall,
  usageError,
} from './command.ts'

/** Runs one command line; gives the exit code: 0 done, 1 the thing asked about is not so, 2 wrong use or no connection. */
export async function runCommandLine(commands: readonly Command[], args: string[]): Promise<number> {
  try {
    if (args[0] === undefined || args[0] === '--help' || args[0] === '-h' || args[0] === 'help')
      return overview(commands)
    if (args[0] === '--version') return version()
    const { command, rest } = find(commands, args)
    const call = parseCall(command, rest)
    if (!call.help) return await command.run(call)
    process.stdout.write(helpText(command))
    return exitDone
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
    error.code === 'CONFIG_INVALID' ? `${error.message}\n` : `millrace: ${messageOf(error)}\n`,
  )
  return error.code === 'NOT_SO' ? exitNot : exitUsage
}

function find(commands: readonly Command[], args: string[]): { command: Command; rest: string[] } {
  const two = commands.find(c => c.name === `${args[0]} ${args[1]}`)
  if (two !== undefined) return { command: two, rest: args.slice(2) }
  const one = commands.find(c => c.name === args[0])
  if (one !== undefined) return { command: one, rest: args.slice(1) }
  const like = nearest(
    String(args[0]),
    commands.map(c => c.name.split(' ')[0] as string),
  )
  throw usageError(
    `unknown command '${args[0]}'${like === undefined ? '' : `, did you mean ${like}?`}: see millrace --help`,
  )
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
