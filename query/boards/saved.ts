import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createFile, ensureFolder, namesIn, OperatingError } from '../../lib/base/index.ts'

/** Of each dashboard so many versions are kept; the oldest goes. */
const keptVersions = 50
const maxBoards = 1_000
const ending = '.yaml'

export interface SavedVersion {
  version: number
  text: string
}

/** Dashboards that were saved on the page: `dashboards/NAME/VERSION.yaml` in a folder; the highest version is the one in force. */
export class SavedBoards {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = join(folder, 'dashboards')
  }

  async names(): Promise<string[]> {
    return (await namesIn(this.#folder)).sort()
  }

  /** Newest first. */
  async versions(name: string): Promise<number[]> {
    const files = await namesIn(join(this.#folder, name))
    return files
      .filter(file => /^\d{6}\.yaml$/.test(file))
      .map(file => Number(file.slice(0, -ending.length)))
      .sort((a, b) => b - a)
  }

  /** The newest, or the version asked for; undefined where there is none. */
  async read(name: string, wanted?: number): Promise<SavedVersion | undefined> {
    const versions = await this.versions(name)
    const version = wanted ?? versions[0]
    if (version === undefined || !versions.includes(version)) return undefined
    return { version, text: await readFile(this.#path(name, version), 'utf8') }
  }

  /**
   * Saves what was made of version `base` (0: of none), as the next. Errors: BOARD_EXISTS where one of this name is to be new, BOARD_CHANGED where somebody else has saved
   * since, TOO_MANY_BOARDS.
   */
  async save(name: string, text: string, base: number): Promise<number> {
    const versions = await this.versions(name)
    const newest = versions[0] ?? 0
    if (base === 0 && newest > 0) throw exists(name)
    if (newest !== base) throw changed(name, newest)
    if (newest === 0 && (await this.names()).length >= maxBoards)
      throw new OperatingError('TOO_MANY_BOARDS', `there are ${maxBoards} dashboards already: delete some`)
    await ensureFolder(join(this.#folder, name))
    if (!(await createFile(this.#path(name, newest + 1), text))) throw changed(name, newest + 1)
    for (const old of versions.slice(keptVersions - 1)) await rm(this.#path(name, old), { force: true })
    return newest + 1
  }

  /** Whether there was one. */
  async remove(name: string): Promise<boolean> {
    if ((await this.versions(name)).length === 0) return false
    await rm(join(this.#folder, name), { recursive: true, force: true })
    return true
  }

  #path(name: string, version: number): string {
    return join(this.#folder, name, `${String(version).padStart(6, '0')}${ending}`)
  }
}

function exists(name: string): OperatingError {
  const message = `a dashboard ${name} is saved already: give this one another title, or open that one and change it`
  return new OperatingError('BOARD_EXISTS', message)
}

function changed(name: string, version: number): OperatingError {
  const message = `somebody has saved version ${version} of ${name} since: look at it, and save again`
  return new OperatingError('BOARD_CHANGED', message)
}
