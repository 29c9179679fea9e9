import type { Command, Option } from '../command.ts'
import { firstWords, optionsOf, secondWords } from './table.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** A script that completes commands, options and the values that are known. It asks nothing of anybody. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  return { bash, zsh, fish }[shell](commands)
}

const wordsOf = (pairs: readonly (readonly [string, string])[]) => pairs.map(([word]) => word).join(' ')

function flagsOf(command: Command): string {
  return optionsOf(command)
    .flatMap(([name, { short }]) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])])
    .join(' ')
}

const choicesOf = (commands: readonly Command[]): [flag: string, choices: readonly string[]][] => {
  const found = new Map<string, Set<string>>()
  for (const [name, { choices = [] }] of commands.flatMap(optionsOf))
    if (choices.length > 0) found.set(`--${name}`, new Set([...(found.get(`--${name}`) ?? []), ...choices]))
  return [...found].map(([flag, choices]) => [flag, [...choices]])
}

function bash(commands: readonly Command[]): string {
  const two = commands.filter(({ name }) => name.includes(' '))
  const groups = firstWords(commands).filter(([word]) => secondWords(commands, word).length > 0)
  return `# bash completion of millrace: source it, or keep it as /etc/bash_completion.d/millrace
_millrace() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
    ${two.map(({ name }) => `'${name}'`).join('|')}) command="\${COMP_WORDS[1]} \${COMP_WORDS[2]}" ;;
  esac
  case $prev in
${choicesOf(commands)
  .map(
    ([flag, choices]) => `    ${flag}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur")); return ;;`,
  )
  .join('\n')}
  esac
  if [[ $COMP_CWORD -eq 1 ]]; then
    words='${wordsOf(firstWords(commands))} help'
  elif [[ $cur == -* ]]; then
    case $command in
${commands.map(command => `      '${command.name}') words='${flagsOf(command)}' ;;`).join('\n')}
    esac
  elif [[ $COMP_CWORD -eq 2 ]]; then
    case $command in
${groups.map(([word]) => `      ${word}) words='${wordsOf(secondWords(commands, word))}' ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _millrace millrace
`
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
const described = ([word, summary]: readonly [string, string]) => quoted(`${word}:${summary}`)

function zsh(commands: readonly Command[]): string {
  const cases = [...commands]
    .sort((a, b) => b.name.length - a.name.length)
    .map(command => {
      const [first, second] = command.name.split(' ')
      const pattern = second === undefined ? `${quoted(first ?? '')}\\ *` : quoted(command.name)
      const skip = second === undefined ? 1 : 2
      const flags = optionsOf(command).map(zshOption).join(' ')
      const below = second === undefined ? secondWords(commands, first ?? '') : []
      const offer =
        below.length === 0
          ? ''
          : `if (( CURRENT == 3 )) && [[ $words[3] != -* ]]; then local -a below=(${below.map(described).join(' ')}); _describe command below; fi; `
      return `    ${pattern}) ${offer}shift ${skip} words; (( CURRENT -= ${skip} )); _arguments ${flags} '*:file:_files' ;;`
    })
  const groups = firstWords(commands)
    .filter(([word]) => !commands.some(({ name }) => name === word))
    .map(
      ([word]) =>
        `    ${word}\\ *) local -a below=(${secondWords(commands, word).map(described).join(' ')}); _describe command below ;;`,
    )
  return `#compdef millrace
# zsh completion of millrace: keep it as _millrace in a folder of $fpath
_millrace() {
  if (( CURRENT == 2 )); then
    local -a all=(${firstWords(commands).map(described).join(' ')})
    _describe command all
    return
  fi
  case "$words[2] $words[3]" in
${[...cases, ...groups].join('\n')}
  esac
}
_millrace "$@"
`
}

function zshOption([name, { description, type, choices, hint }]: [string, Option]): string {
  const text = description.replaceAll(/[[\]:]/g, ' ')
  const value =
    type === 'boolean'
      ? ''
      : `:${(hint ?? 'VALUE').replaceAll(/[:|]/g, ' ')}:${choices === undefined ? '_files' : `(${choices.join(' ')})`}`
  return quoted(`*--${name}[${text}]${value}`)
}

function fish(commands: readonly Command[]): string {
  const firsts = firstWords(commands).map(
    ([word, summary]) =>
      `complete -c millrace -n __fish_use_subcommand -f -a ${word} -d ${fishQuoted(summary)}`,
  )
  const rest = commands.flatMap(command => {
    const [first = '', second] = command.name.split(' ')
    const isSeen = `__fish_seen_subcommand_from ${first}`
    const condition = second === undefined ? isSeen : `${isSeen}; and __fish_seen_subcommand_from ${second}`
    const offer =
      second === undefined
        ? []
        : [`complete -c millrace -n '${isSeen}' -f -a ${second} -d ${fishQuoted(command.summary)}`]
    const options = optionsOf(command).map(([name, option]) => {
      const short = option.short === undefined ? '' : ` -s ${option.short}`
      const value =
        option.type === 'boolean'
          ? ''
          : option.choices === undefined
            ? ' -r'
            : ` -x -a '${option.choices.join(' ')}'`
      return `complete -c millrace -n '${condition}' -l ${name}${short}${value} -d ${fishQuoted(option.description)}`
    })
    return [...offer, ...options]
  })
  return `# fish completion of millrace: keep it as ~/.config/fish/completions/millrace.fish\n${[...firsts, ...rest].join('\n')}\n`
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
