import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { codeOf, type Logger, messageOf, namesIn, OperatingError, replaceFile } from '../../lib/base/index.ts'
import { parseRuleFile, type RuleGroup } from './file.ts'
import { groupErrors } from './load.ts'

const maxSaved = 500
const ending = '.yaml'

/** Rules that were saved on the page: `rules/NAME.yaml` in a folder, each a file with a group of its name. */
export class SavedRules {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = join(folder, 'rules')
  }

  /** What can be read of them; one that cannot be is said and left out, so that it stops nothing else. */
  async load(logger: Logger): Promise<RuleGroup[]> {
    const groups: RuleGroup[] = []
    for (const name of await this.names())
      try {
        groups.push(...readChecked(await this.read(name), this.#path(name)))
      } catch (error) {
        logger.warn('a saved rule cannot be read, it is left out', { name, error: messageOf(error) })
      }
    return groups
  }

  async names(): Promise<string[]> {
    const files = await namesIn(this.#folder)
    return files
      .filter(file => file.endsWith(ending))
      .map(file => basename(file, ending))
      .sort()
  }

  /** Changes with whatever is saved or deleted, on whichever node. */
  async stamp(): Promise<string> {
    const stamps = (await this.names()).map(async name => {
      // one that is deleted meanwhile is gone with the next look
      const found = await stat(this.#path(name), { bigint: true }).catch(() => undefined)
      return `${name} ${found?.ino} ${found?.mtimeNs} ${found?.size}`
    })
    return (await Promise.all(stamps)).join('\n')
  }

  /** Errors: NOT_FOUND. */
  async read(name: string): Promise<string> {
    try {
      return await readFile(this.#path(name), 'utf8')
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
      throw new OperatingError('NOT_FOUND', `no rule ${name} was saved here`)
    }
  }

  /** Errors: RULES_INVALID with every finding, TOO_MUCH. */
  async save(name: string, text: string): Promise<void> {
    const names = await this.names()
    if (!names.includes(name) && names.length >= maxSaved)
      throw new OperatingError('TOO_MUCH', `there are ${maxSaved} saved rules already: delete some`)
    readChecked(text, `${name}${ending}`)
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await replaceFile(this.#path(name), text)
  }

  /** Errors: NOT_FOUND. */
  async remove(name: string): Promise<void> {
    await this.read(name)
    await rm(this.#path(name))
  }

  #path(name: string): string {
    return join(this.#folder, name + ending)
  }
}

function readChecked(text: string, path: string): RuleGroup[] {
  const groups = parseRuleFile(text, path)
  const errors = groups.flatMap(groupErrors)
  if (errors.length > 0) throw new OperatingError('RULES_INVALID', errors.join('\n'))
  return groups
}
