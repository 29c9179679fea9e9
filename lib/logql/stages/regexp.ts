import { goQuoted } from '../../base/index.ts'
import type { PatternStage } from '../ast.ts'
import { checkRegex, partRegex } from '../regex.ts'
import type { StageKind } from './kind.ts'

/** `| regexp "(?P<method>\\w+) (?P<path>\\S+)"`: named groups become labels. Source: LogQL, regular expression parser. */
export const regexp: StageKind<PatternStage> = {
  name: 'regexp',
  parse: tokens => {
    const text = tokens.string('a regular expression')
    checkRegex(text.text, tokens.text, text.at)
    if (!partRegex(text.text).groupNames.some(name => name !== undefined))
      throw tokens.error('at least one named group is needed', text, 'write it as (?P<name>…)')
    return { kind: 'regexp', pattern: text.text }
  },
  format: stage => `| regexp ${goQuoted(stage.pattern)}`,
  compile: stage => {
    const regex = partRegex(stage.pattern)
    return (line, labels) => {
      const found = regex.exec(line)
      for (const [i, name] of regex.groupNames.entries()) {
        if (name !== undefined && found !== undefined) labels.extract(name, found.groups[i] ?? '')
      }
      return line
    }
  },
}
