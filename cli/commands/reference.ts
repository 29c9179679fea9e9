import { packageVersion } from '../../lib/base/index.ts'
import { type Command, exitDone, usageError } from '../command.ts'
import { completionScript, shells } from '../reference/completion.ts'
import { markdownPage } from '../reference/markdown.ts'
import { manPage } from '../reference/roff.ts'
import { write } from '../terminal/output.ts'

/** What is made of the table of commands; `all` gives it, these included. */
export function referenceCommands(all: () => readonly Command[]): readonly Command[] {
  const completion: Command = {
    name: 'completion',
    summary: 'a script with which a shell completes commands and options',
    positionals: [shells.join(' | ')],
    examples: [
      ['source <(millrace completion bash)', 'in this shell'],
      ['millrace completion zsh > ~/.zfunc/_millrace', 'for zsh'],
      ['millrace completion fish > ~/.config/fish/completions/millrace.fish', 'for fish'],
    ],
    run: async call => {
      const shell = shells.find(one => one === call.positionals[0])
      if (shell === undefined)
        throw usageError(`found '${call.positionals[0]}', expected ${shells.join(', ')}`)
      await write(completionScript(shell, all()))
      return exitDone
    },
  }
  const man: Command = {
    name: 'man',
    summary: 'the manual page, millrace(1)',
    options: { markdown: { type: 'boolean', description: 'as docs/command-line.md' } },
    examples: [
      ['millrace man | man -l -', 'read it'],
      ['millrace man > /usr/local/share/man/man1/millrace.1', 'install it'],
    ],
    run: async call => {
      await write(call.flag('markdown') ? markdownPage(all()) : manPage(all(), packageVersion()))
      return exitDone
    },
  }
  return [completion, man]
}
