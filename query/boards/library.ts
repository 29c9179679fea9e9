import { glob, readFile } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { OperatingError } from '../../lib/base/index.ts'
import type { Board } from './model.ts'
import { readBoard } from './read.ts'
import { SavedBoards } from './saved.ts'

/** Where a dashboard comes from: with Millrace, out of files of the configuration, or saved on the page. */
export type BoardOrigin = 'shipped' | 'file' | 'saved'

export interface BoardText {
  name: string
  origin: BoardOrigin
  /** 0 of what is no saved version. */
  version: number
  text: string
}

export interface BoardHead {
  name: string
  title: string
  description: string
  origin: BoardOrigin
  version: number
  /** What is wrong with it, where it cannot be read. */
  problem: string
}

const shippedFolder = join(import.meta.dirname, 'shipped')

/** All dashboards. What is saved on the page stands before a file of the same name, and that before one that is shipped. */
export class BoardLibrary {
  readonly saved: SavedBoards
  readonly #patterns: readonly string[]

  /** `saved`: the folder of what was saved on the page. */
  constructor(saved: string, patterns: readonly string[]) {
    this.saved = new SavedBoards(saved)
    this.#patterns = patterns
  }

  async list(): Promise<BoardHead[]> {
    const [files, shipped, saved] = await Promise.all([this.#files(), shippedFiles(), this.saved.names()])
    const names = new Set([...shipped.keys(), ...files.keys(), ...saved])
    const heads = await Promise.all([...names].map(async name => headOf(await this.read(name))))
    return heads.sort((a, b) => (a.title || a.name).localeCompare(b.title || b.name))
  }

  /** Errors: NOT_FOUND. */
  async read(name: string, version?: number): Promise<BoardText> {
    const saved = await this.saved.read(name, version)
    if (saved !== undefined) return { name, origin: 'saved', ...saved }
    const file = (await this.#files()).get(name)
    if (file !== undefined) return { name, origin: 'file', version: 0, text: await readFile(file, 'utf8') }
    const shipped = (await shippedFiles()).get(name)
    if (shipped === undefined || version !== undefined)
      throw new OperatingError(
        'NOT_FOUND',
        version === undefined ? `there is no dashboard ${name}` : `there is no version ${version} of ${name}`,
      )
    return { name, origin: 'shipped', version: 0, text: await readFile(shipped, 'utf8') }
  }

  async #files(): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (const pattern of this.#patterns) {
      const path = isAbsolute(pattern) ? pattern : resolve(pattern)
      for await (const file of glob(path)) found.set(nameOf(file), file)
    }
    return found
  }
}

async function shippedFiles(): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const file of glob(join(shippedFolder, '*.yaml'))) found.set(nameOf(file), file)
  return found
}

const nameOf = (file: string) => basename(file).replace(/\.ya?ml$/, '')

function headOf({ name, origin, version, text }: BoardText): BoardHead {
  try {
    const { display } = readBoard(text).spec
    return { name, origin, version, title: display.name, description: display.description, problem: '' }
  } catch (error) {
    return { name, origin, version, title: '', description: '', problem: (error as Error).message }
  }
}

/** A dashboard under its own name. Errors: BOARD_INVALID. */
export function namedBoard(name: string, text: string): Board {
  const board = readBoard(text)
  if (board.metadata.name === name) return board
  throw new OperatingError('BOARD_INVALID', `metadata.name: found ${board.metadata.name}, expected ${name}`)
}
