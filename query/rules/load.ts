import { glob, readFile } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { messageOf, OperatingError } from '../../lib/base/index.ts'
import { isAlerting, parseRuleFile, type Rule, type RuleGroup } from './file.ts'
import { languageOf } from './language.ts'
import { templateFault } from './template.ts'

const maxFiles = 1_000

/**
 * All groups of the files that the patterns match, each expression and template checked. Errors: RULES_INVALID with every
 * finding; with `mustMatch` also of a pattern that matches no file.
 */
export async function loadRules(
  patterns: readonly string[],
  folder = process.cwd(),
  mustMatch = false,
): Promise<RuleGroup[]> {
  const groups: RuleGroup[] = []
  const errors: string[] = []
  for (const path of await filesOf(patterns, folder, mustMatch))
    try {
      const found = parseRuleFile(await readFile(path, 'utf8'), path)
      errors.push(...found.flatMap(groupErrors))
      groups.push(...found)
    } catch (error) {
      errors.push(error instanceof OperatingError ? error.message : `${path}: ${messageOf(error)}`)
    }
  if (errors.length > 0) throw new OperatingError('RULES_INVALID', errors.join('\n'))
  return groups
}

/** What is wrong with a group's expressions and templates. */
export function groupErrors(group: RuleGroup): string[] {
  return group.rules.flatMap(rule => {
    const name = 'alert' in rule ? rule.alert : rule.record
    return [...expressionFaults(rule, group), ...templateFaults(rule)].map(
      fault => `${group.file}: group ${group.name}, rule ${name}: ${fault}`,
    )
  })
}

function expressionFaults(rule: Rule, group: RuleGroup): string[] {
  try {
    languageOf(rule.expr, group.type)
    return []
  } catch (error) {
    return [messageOf(error)]
  }
}

function templateFaults(rule: Rule): string[] {
  if (!isAlerting(rule)) return []
  const texts = [
    ...Object.entries(rule.labels).map(([name, text]) => [`label ${name}`, text] as const),
    ...Object.entries(rule.annotations).map(([name, text]) => [`annotation ${name}`, text] as const),
  ]
  return texts.flatMap(([place, text]) => {
    const fault = templateFault(text)
    return fault === undefined ? [] : [`${place}: ${fault}`]
  })
}

async function filesOf(patterns: readonly string[], folder: string, mustMatch: boolean): Promise<string[]> {
  const found = new Set<string>()
  for (const pattern of patterns) {
    const path = isAbsolute(pattern) ? pattern : resolve(folder, pattern)
    if (!/[*?[{]/.test(path)) {
      found.add(path)
      continue
    }
    const matches: string[] = []
    for await (const match of glob(path)) matches.push(match)
    if (mustMatch && matches.length === 0)
      throw new OperatingError('RULES_INVALID', `no file matches ${pattern} in ${folder}`)
    for (const match of matches) found.add(match)
  }
  if (found.size > maxFiles)
    throw new OperatingError(
      'RULES_INVALID',
      `${found.size} rule files are more than ${maxFiles}: narrow the patterns of rules`,
    )
  return [...found].sort()
}
