import type { Command, Option } from '../command.ts'
import { firstChoices, firstWords, optionsOf, secondWords } from './table.ts'

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

/** Each option of each command that has one of some words, as it is typed. */
function choicesOf(commands: readonly Command[]): [typed: string[], choices: readonly string[]][] {
  return commands.flatMap(command =>
    optionsOf(command).flatMap(([name, { short, choices = [] }]) => {
      const flags = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]
      const typed = flags.map(flag => `'${command.name} ${flag}'`)
      return choices.length === 0 ? [] : [[typed, choices] as [string[], readonly string[]]]
    }),
  )
}

/** What may stand at a place in the line: the second word of a command of two, or the first word beside its options. */
function placesOf(commands: readonly Command[]): [place: string, words: string][] {
  const second = firstWords(commands).map(
    ([word]) => [`'${word} 2'`, wordsOf(secondWords(commands, word))] as [string, string],
  )
  const choices = commands.map(
    command =>
      [`'${command.name} ${command.name.split(' ').length + 1}'`, firstChoices(command).join(' ')] as [
        string,
        string,
      ],
  )
  return [...second, ...choices].filter(([, words]) => words !== '')
}

function bash(commands: readonly Command[]): string {
  const two = commands.filter(({ name }) => name.includes(' '))
  return `# bash completion of millrace: source it, or keep it as /etc/bash_completion.d/millrace
_millrace() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
    ${two.map(({ name }) => `'${name}'`).join('|')}) command="\${COMP_WORDS[1]} \${COMP_WORDS[2]}" ;;
  esac
  case "$command $prev" in
${choicesOf(commands)
  .map(
    ([typed, choices]) =>
      `    ${typed.join('|')}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur")); return ;;`,
  )
  .join('\n')}
  esac
  if [[ $COMP_CWORD -eq 1 ]]; then
    words='${wordsOf(firstWords(commands))} help'
  elif [[ $cur == -* ]]; then
    case $command in
${commands.map(command => `      '${command.name}') words='${flagsOf(command)}' ;;`).join('\n')}
    esac
  else
    case "$command $COMP_CWORD" in
${placesOf(commands)
  .map(([place, words]) => `      ${place}) words='${words}' ;;`)
  .join('\n')}
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
      const choices = firstChoices(command)
      const beside = choices.length === 0 ? '' : `'1:action:(${choices.join(' ')})' `
      const below = second === undefined ? secondWords(commands, first ?? '') : []
      const offer =
        below.length === 0
          ? ''
          : `if (( CURRENT == 3 )) && [[ $words[3] != -* ]]; then local -a below=(${below.map(described).join(' ')}); _describe command below; fi; `
      return `    ${pattern}) ${offer}shift ${skip} words; (( CURRENT -= ${skip} )); _arguments ${flags} ${beside}'*:file:_files' ;;`
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
    const others = secondWords(commands, first).map(([word]) => word)
    const isFirst = `${isSeen}; and not __fish_seen_subcommand_from ${others.join(' ')}`
    const choices = firstChoices(command)
    const condition = second === undefined ? isSeen : `${isSeen}; and __fish_seen_subcommand_from ${second}`
    const offer =
      second === undefined
        ? []
        : [`complete -c millrace -n '${isFirst}' -f -a ${second} -d ${fishQuoted(command.summary)}`]
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
    const beside =
      choices.length === 0
        ? []
        : [
            `complete -c millrace -n '${condition}; and not __fish_seen_subcommand_from ${choices.join(' ')}' -f -a '${choices.join(' ')}'`,
          ]
    return [...offer, ...beside, ...options]
  })
  return `# fish completion of millrace: keep it as ~/.config/fish/completions/millrace.fish\n${[...firsts, ...rest].join('\n')}\n`
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
