import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Random } from '../../cli/demo/random.ts'
import { lineOf } from './lines.ts'

/** What a file held from its creation to its rotation. */
export interface Incarnation {
  /** Where it stood when it was written. */
  path: string
  chunks: Buffer[]
}

type Rotation = 'rename' | 'truncate' | 'link' | 'compress'

interface OpenFile {
  /** Where the agent finds it, and where it stands: the same but for links. */
  path: string
  target: string
  rotation: Rotation
  rotations: number
  incarnation: Incarnation
  /** The rest of a line of which only the beginning was written. */
  rest: Buffer | undefined
  restSinceMs: number
}

/** A line is finished before the agent would take it as it is (`flushPartialMs`, 5 s). */
const finishAfterMs = 1_500
const rotations: readonly Rotation[] = ['rename', 'truncate', 'link', 'compress']

/**
 * Many log files under load: created, written in whole lines and half ones, rotated in four ways, linked, compressed. Knows
 * every byte of each incarnation, so that what comes out can be held against it.
 */
export class WatchedFiles {
  readonly incarnations: Incarnation[] = []
  /** Lines written, finished or not; each says its number. */
  lines = 0
  readonly #folder: string
  readonly #random: Random
  readonly #open: OpenFile[] = []

  constructor(folder: string, random: Random) {
    this.#folder = folder
    this.#random = random
    for (const name of ['logs', 'links', 'targets']) mkdirSync(join(folder, name), { recursive: true })
  }

  /** Globs for the agent. */
  get include(): string[] {
    return ['logs/*.log', 'logs/*.log.*', 'links/*.log'].map(glob => join(this.#folder, glob))
  }

  create(): void {
    const number = this.#open.length
    const rotation = rotations[number % rotations.length] as Rotation
    const isLink = rotation === 'link'
    const path = join(this.#folder, isLink ? 'links' : 'logs', `file-${number}.log`)
    const target = isLink ? join(this.#folder, 'targets', `file-${number}.log`) : path
    writeFileSync(target, '')
    if (isLink) symlinkSync(target, path)
    const incarnation = this.#begin(path)
    this.#open.push({ path, target, rotation, rotations: 0, incarnation, rest: undefined, restSinceMs: 0 })
  }

  /** Appends so many lines to files picked at random; some writes end in the middle of a line. */
  write(lines: number, nowMs: number): void {
    for (const file of this.#open)
      if (file.rest !== undefined && nowMs - file.restSinceMs > finishAfterMs) this.#finishLine(file)
    for (let left = lines; left > 0; ) {
      const count = Math.min(left, 1 + this.#random.below(200))
      this.#append(this.#random.pick(this.#open), count, nowMs)
      left -= count
    }
  }

  /** Answers what was done. */
  rotate(): string {
    const file = this.#random.pick(this.#open)
    this.#finishLine(file)
    const number = ++file.rotations
    if (file.rotation === 'truncate') {
      copyFileSync(file.target, `${file.target}.${number}`)
      truncateSync(file.target)
    } else {
      renameSync(file.target, `${file.target}.${number}`)
      writeFileSync(file.target, '')
    }
    if (file.rotation === 'compress' && number > 1) compress(`${file.target}.${number - 1}`)
    file.incarnation = this.#begin(file.path)
    return `${file.path} rotated (${file.rotation} ${number}), incarnation ${this.incarnations.length - 1} begins`
  }

  /** In which incarnation a line stands, and where in it: for whoever looks for why it is missing. */
  placeOf(seq: number): string {
    for (const [number, { path, chunks }] of this.incarnations.entries()) {
      const content = Buffer.concat(chunks)
      const at = content.indexOf(`seq=${seq};`)
      if (at >= 0) return `incarnation ${number} of ${path}, byte ${at} of ${content.length}`
    }
    return 'nowhere'
  }

  /** Ends every line that is half written. */
  finish(): void {
    for (const file of this.#open) this.#finishLine(file)
  }

  #begin(path: string): Incarnation {
    const incarnation = { path, chunks: [] }
    this.incarnations.push(incarnation)
    return incarnation
  }

  #append(file: OpenFile, count: number, nowMs: number): void {
    this.#finishLine(file)
    const lines = Array.from({ length: count }, () => lineOf(this.lines++, this.#random))
    const text = Buffer.concat(lines)
    if (!this.#random.chance(0.1)) {
      this.#put(file, text)
      return
    }
    const at = text.length - 1 - this.#random.below((lines.at(-1) as Buffer).length - 1)
    this.#put(file, text.subarray(0, at))
    file.rest = text.subarray(at)
    file.restSinceMs = nowMs
  }

  #finishLine(file: OpenFile): void {
    if (file.rest === undefined) return
    this.#put(file, file.rest)
    file.rest = undefined
  }

  #put(file: OpenFile, bytes: Buffer): void {
    appendFileSync(file.target, bytes)
    file.incarnation.chunks.push(bytes)
  }
}

function compress(path: string): void {
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)))
  rmSync(path)
}
