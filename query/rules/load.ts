import { glob, readFile } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { messageOf, OperatingError } from '../../lib/base/index.ts'
import { parseRuleFile, type RuleGroup } from './file.ts'
import { languageOf } from './language.ts'
import { templateError } from './template.ts'

const maxFiles = 1_000

/** All groups of the files that the patterns match, each expression checked. Errors: RULES_INVALID with every finding. */
export async function loadRules(patterns: readonly string[], folder = process.cwd()): Promise<RuleGroup[]> {
  const groups: RuleGroup[] = []
  const errors: string[] = []
  for (const path of await filesOf(patterns, folder))
    try {
      const found = parseRuleFile(await readFile(path, 'utf8'), path)
      errors.push(...found.flatMap(expressionErrors), ...found.flatMap(templateErrors))
      groups.push(...found)
    } catch (error) {
      errors.push(error instanceof OperatingError ? error.message : `${path}: ${messageOf(error)}`)
    }
  if (errors.length > 0) throw new OperatingError('RULES_INVALID', errors.join('\n'))
  return groups
}

/** What is wrong with a group's expressions. */
export function expressionErrors(group: RuleGroup): string[] {
  return group.rules.flatMap(rule => {
    try {
      languageOf(rule.expr, group.type)
      return []
    } catch (error) {
      const name = 'alert' in rule ? rule.alert : rule.record
      return [`${group.file}: group ${group.name}, rule ${name}: ${messageOf(error)}`]
    }
  })
}

/** What is wrong with the templates of its labels and annotations. */
function templateErrors({ file, name, rules }: RuleGroup): string[] {
  return rules.flatMap(rule => {
    if (!('alert' in rule)) return []
    const texts = Object.entries({ ...rule.labels, ...rule.annotations })
    return texts.flatMap(([key, text]) => {
      const wrong = templateError(text)
      return wrong === undefined ? [] : [`${file}: group ${name}, rule ${rule.alert}: ${key}: ${wrong}`]
    })
  })
}

async function filesOf(patterns: readonly string[], folder: string): Promise<string[]> {
  const found = new Set<string>()
  for (const pattern of patterns) {
    const path = isAbsolute(pattern) ? pattern : resolve(folder, pattern)
    if (!/[*?[{]/.test(path)) found.add(path)
    else for await (const match of glob(path)) found.add(match)
  }
  if (found.size > maxFiles)
    throw new OperatingError(
      'RULES_INVALID',
      `${found.size} rule files are more than ${maxFiles}: narrow the patterns of rules`,
    )
  return [...found].sort()
}
