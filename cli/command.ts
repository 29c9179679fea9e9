import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { defaultConfigFiles, nearest, OperatingError } from '../lib/base/index.ts'
import { type Config, loadConfig } from './config.ts'
import { calledHere } from './other-tools.ts'
import { type ColourChoice, colourChoices, type Paint, painterFor } from './terminal/paint.ts'

export interface Option {
  type: 'string' | 'boolean'
  description: string
  /** What stands for the value in help: `N`, `FILE`. */
  hint?: string
  short?: string
  multiple?: boolean
  /** All values that it may have. */
  choices?: readonly string[]
  default?: string | boolean
}

/** One command: a file in `commands/` and a line in the table of `main.ts`. */
export interface Command {
  /** As typed: `logs`, `config check`. */
  name: string
  summary: string
  /** It asks the query API, which may ask for a token. */
  asksApi?: true
  /** It runs until it is told to stop, whether or not anybody reads what it prints. */
  isServer?: true
  /** Names of what stands beside the options, in order; in brackets where it may be left out, with `...` where it repeats. */
  positionals?: readonly string[]
  options?: Readonly<Record<string, Option>>
  /** More lines for help, below the summary. */
  details?: string
  examples: readonly (readonly [command: string, meaning: string])[]
  run(call: Call): Promise<number>
}

/** Who asks the API, and about whose data; undefined is what the environment says. */
export interface Asker {
  token?: string | undefined
  askedTenant?: string | undefined
}

/** A command as called. `config()` reads the configuration that `--config` and `--set` name, with more assignments over them. */
export interface Call {
  positionals: string[]
  text(name: string): string | undefined
  flag(name: string): boolean
  /** All values of an option that may be repeated. */
  list(name: string): string[]
  number(name: string): number | undefined
  /** Styles for standard output, as `--color` and the environment say. */
  paint: Paint
  /** The `--config` and `--set` arguments, to hand on to another process. */
  configArguments: string[]
  config(more?: readonly string[]): Promise<Config & Asker>
  /** The file that `config()` reads; undefined where there is none. */
  configFile: string | undefined
}

export const exitDone = 0
export const exitNot = 1
export const exitUsage = 2
export const exitInterrupted = 130

export const commonOptions: Record<string, Option> = {
  config: {
    type: 'string',
    hint: 'FILE',
    description: 'configuration (default: ./millrace.yaml, /etc/millrace/millrace.yaml)',
  },
  set: {
    type: 'string',
    hint: 'KEY=VALUE',
    multiple: true,
    description: 'one key over the file; repeatable',
  },
  color: {
    type: 'string',
    hint: 'WHEN',
    choices: colourChoices,
    description: `${colourChoices.join(', ')}; NO_COLOR in the environment is never`,
    default: 'auto',
  },
  help: { type: 'boolean', short: 'h', description: 'this text' },
}

const tokenOption: Option = {
  type: 'string',
  hint: 'TOKEN',
  description: 'who asks, in place of MILLRACE_TOKEN, which no list of processes shows',
}

const tenantOption: Option = {
  type: 'string',
  hint: 'NAME',
  description: 'whose data, where the token is for several; in place of MILLRACE_TENANT',
}

const askerOptions = { token: tokenOption, tenant: tenantOption }

/** Those of its own, and those of every command. */
export function allOptions(command: Command): Record<string, Option> {
  return { ...command.options, ...(command.asksApi === true ? askerOptions : {}), ...commonOptions }
}

/** Wrong use of the command line. Ends with exit code 2. */
export function usageError(message: string): OperatingError {
  return new OperatingError('USAGE', message)
}

/** Reads a command's arguments strictly. Errors: USAGE, with the nearest known option for an unknown one. */
export function parseCall(command: Command, args: string[]): Call & { help: boolean } {
  const options = allOptions(command)
  const { values, positionals } = strictArgs(command, args, options)
  const help = values['help'] === true
  if (!help) checkPositionals(command, positionals)
  const text = (name: string) => {
    const value = values[name] ?? options[name]?.default
    return typeof value === 'string' ? value : undefined
  }
  const file = text('config')
  if (!help) checkFile(file, options)
  const set = (values['set'] ?? []) as string[]
  return {
    help,
    positionals,
    text,
    flag: name => values[name] === true,
    list: name => (values[name] ?? []) as string[],
    paint: painterFor(process.stdout, process.env, colourChoice(text('color'))),
    number: name => toNumber(name, text(name)),
    configArguments: [
      ...(file === undefined ? [] : ['--config', file]),
      ...set.flatMap(assignment => ['--set', assignment]),
    ],
    config: async (more = []) => {
      const config = await loadConfig({ file, set: [...set, ...more] })
      return command.asksApi === true
        ? { ...config, token: text('token'), askedTenant: text('tenant') }
        : config
    },
    configFile: file ?? defaultConfigFiles.find(path => existsSync(path)),
  }
}

/** Errors: USAGE. */
function colourChoice(text = 'auto'): ColourChoice {
  const choice = colourChoices.find(one => one === text)
  if (choice === undefined) throw usageError(`--color: found '${text}', expected ${colourChoices.join(', ')}`)
  return choice
}

/** Kafka's tools take values by an option of this name. Errors: USAGE. */
function checkFile(file: string | undefined, options: Readonly<Record<string, Option>>): void {
  if (file === undefined || !/^[\w.-]+=/.test(file) || existsSync(file)) return
  const here = options['topic-config'] === undefined ? '--set' : '--topic-config'
  throw usageError(`--config names a file, found '${file}': values are set with ${here} ${file}`)
}

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>

function strictArgs(
  command: Command,
  args: string[],
  options: Record<string, Option>,
): { values: Values; positionals: string[] } {
  const known = Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === true ? { multiple } : {}) },
    ]),
  )
  try {
    return parseArgs({ args: joined(args, options), options: known, allowPositionals: true, strict: true })
  } catch (error) {
    throw usageError(`${describeMistake(error as Error, options)}: see millrace ${command.name} --help`)
  }
}

/** `--start -1h` becomes `--start=-1h`: no option is called by a number, so what begins with a dash and a digit is a value. */
function joined(args: readonly string[], options: Readonly<Record<string, Option>>): string[] {
  const takes = (arg: string) => {
    const [, name = ''] = /^--([\w-]+)$/.exec(arg) ?? []
    return options[name]?.type === 'string'
  }
  const result: string[] = []
  for (const arg of args) {
    const before = result.at(-1) ?? ''
    if (/^-\d/.test(arg) && takes(before)) result.splice(-1, 1, `${before}=${arg}`)
    else result.push(arg)
  }
  return result
}

function describeMistake(error: Error, options: Record<string, Option>): string {
  const bare = withoutValue(error.message, options)
  if (bare !== undefined)
    return `--${bare}: it has no value, or one that begins with a dash, which is written --${bare}=-…`
  const unknown = /^Unknown option '--?([^']+)'/.exec(error.message)?.[1]
  if (unknown === undefined) return (error.message.split('\n')[0] ?? '').replace(/\.$/, '')
  const here = calledHere(unknown, Object.keys(options))
  if (here !== undefined)
    return `unknown option ${unknown.length === 1 ? '-' : '--'}${unknown}, here it is ${here}`
  const like = nearest(unknown, Object.keys(options))
  return `unknown option --${unknown}${like === undefined ? '' : `, did you mean --${like}?`}`
}

/** The option that Node misses the value of. */
function withoutValue(message: string, options: Record<string, Option>): string | undefined {
  const found =
    /^Option '(?:-(\w))?(?:, )?(?:--([\w-]+))?(?: <value>)?' argument (?:is ambiguous|missing)/.exec(message)
  if (found === null) return undefined
  const [, short, long] = found
  return long ?? Object.keys(options).find(name => options[name]?.short === short)
}

function checkPositionals(command: Command, positionals: string[]): void {
  const names = command.positionals ?? []
  const required = names.filter(name => !name.startsWith('['))
  const missing = required[positionals.length]
  if (missing !== undefined) throw usageError(`${missing} is missing: see millrace ${command.name} --help`)
  const extra = names.some(name => name.includes('...')) ? undefined : positionals[names.length]
  if (extra !== undefined) throw usageError(`unexpected '${extra}': see millrace ${command.name} --help`)
}

function toNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw usageError(`--${name}: found '${text}', expected a number of at least 0`)
  return value
}

/** The commands whose names begin with a word: `topics create` of `topics`. */
export function commandsBelow(commands: readonly Command[], word: string): Command[] {
  return commands.filter(({ name }) => name.startsWith(`${word} `))
}

/** What `--help` prints; `below` are the commands that its name begins. */
export function helpText(command: Command, below: readonly Command[] = []): string {
  const usage = ['millrace', command.name, ...(command.positionals ?? []), '[options]'].join(' ')
  const options = Object.entries(allOptions(command)).map(([name, option]) => {
    const { title, description } = optionTitle(name, option)
    return [option.short === undefined ? `    ${title}` : title, description] as const
  })
  const parts = [command.summary, `usage: ${usage}`]
  if (command.details !== undefined) parts.push(command.details)
  parts.push(`options:\n${columns(options)}`, `examples:\n${columns(command.examples)}`)
  if (below.length > 0) parts.push(`more commands:\n${columns(below.map(c => [c.name, c.summary] as const))}`)
  return `${parts.join('\n\n')}\n`
}

/** `-o, --output FORM` and what it does, with its default. */
export function optionTitle(name: string, option: Option): { title: string; description: string } {
  const short = option.short === undefined ? '' : `-${option.short}, `
  const value = option.type === 'string' ? ` ${option.hint ?? 'VALUE'}` : ''
  const fallback =
    option.default === undefined || option.default === '' ? '' : ` (default: ${option.default})`
  return { title: `${short}--${name}${value}`, description: `${option.description}${fallback}` }
}

/** Two aligned columns, indented by two. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(48, Math.max(...rows.map(([left]) => left.length)))
  return rows
    .map(([left, right]) =>
      left.length > width
        ? `  ${left}\n  ${' '.repeat(width)}  ${right}`
        : `  ${left.padEnd(width)}  ${right}`,
    )
    .join('\n')
}
