import { allOptions, type Command, type Option } from '../command.ts'

/** What a command takes, its own options first. */
export function optionsOf(command: Command): [name: string, option: Option][] {
  return Object.entries(allOptions(command))
}

/** First words of all commands, each once, with what it does or begins. */
export function firstWords(commands: readonly Command[]): [word: string, summary: string][] {
  const words = [...new Set(commands.map(({ name }) => name.split(' ')[0] as string))]
  return words.map(word => {
    const own = commands.find(({ name }) => name === word)
    const below = secondWords(commands, word).map(([second]) => second)
    return [word, own?.summary ?? below.join(', ')]
  })
}

/** What may follow a first word to make a command of two. */
export function secondWords(commands: readonly Command[], word: string): [word: string, summary: string][] {
  return commands
    .filter(({ name }) => name.startsWith(`${word} `))
    .map(({ name, summary }) => [name.slice(word.length + 1), summary])
}

/** What may stand first beside a command's options, where that is one of some words: `check|test`. */
export function firstChoices({ positionals: [first = ''] = [] }: Command): string[] {
  const words = first.split('|').map(word => word.trim())
  return words.length > 1 && words.every(word => /^[a-z]+$/.test(word)) ? words : []
}

/** What every command has in common. */
export const conventions: readonly (readonly [title: string, text: string])[] = [
  [
    'Output',
    'Answers go to standard output, everything for people alone to standard error. Numbers on a terminal are human (1.2 GB, 3 m 20 s); with --json they are plain, with the unit in the key, one object a line. What others wrote is shown with its control characters as codes, except where --raw or --output raw asks for the bytes. A reader that closes the pipe is no error.',
  ],
  [
    'Colours',
    'Terminals have colours, except where NO_COLOR is set or TERM is dumb; FORCE_COLOR has them in pipes, too. --color always and --color never win over both.',
  ],
  [
    'Changes',
    'What takes something away, or changes it for others, shows first what it would do and ends with 1; with --yes it does it. Where a broker can be asked whether it would, --dry-run asks.',
  ],
  [
    'Exit codes',
    '0 done; 1 the thing asked about is not so, or nothing was changed; 2 wrong use or no connection; 130 interrupted.',
  ],
  [
    'Environment',
    'MILLRACE_TOKEN, or --token, is sent to the query API where it asks for a token; MILLRACE_TENANT, or --tenant, says whose data where the token is for several tenants. MILLRACE_NEW_PASSWORD is the password of users set. NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE and TERM are about colours.',
  ],
]
