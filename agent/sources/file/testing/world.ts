import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { Stream } from './stream.ts'

/** Kept of each file under numbers. */
const keptRotations = 4
/** Longer than what stands for a file's identity, and a short one: both begin many files. */
export const headers = [`columns ${'h'.repeat(1500)}\n`, 'columns\n']

interface Log {
  /** The path that an application writes to and that matches: a link, or the file itself. */
  readonly path: string
  readonly isLink: boolean
  /** Where the bytes go. */
  target: string
  stream: Stream | undefined
  /** Does not append: goes on at its old place after a cut. */
  readonly isHoleMaker: boolean
  rotations: number
}

/** A file system full of applications that write and rotate, and what must become of every line of theirs. */
export class World {
  readonly streams: Stream[] = []
  readonly logs: readonly Log[]
  readonly #folder: string
  readonly #matches: (path: string) => boolean
  isAgentUp = true

  constructor(folder: string, matches: (path: string) => boolean) {
    this.#folder = folder
    this.#matches = matches
    mkdirSync(join(folder, 'targets'))
    this.logs = [
      this.#log('app.log'),
      this.#log('shop.log', { isHoleMaker: true }),
      this.#log('link.log', { target: join('targets', '0.log') }),
    ]
  }

  #log(name: string, { target = name, isHoleMaker = false } = {}): Log {
    const path = join(this.#folder, name)
    const isLink = target !== name
    if (isLink) symlinkSync(target, path)
    return { path, isLink, target: join(this.#folder, target), stream: undefined, isHoleMaker, rotations: 0 }
  }

  /** Whole lines, and perhaps the beginning of another; of a new file perhaps a header that others have as well. */
  write(log: Log, lines: readonly number[], partial: number | undefined, header: number): void {
    const isNew = log.stream === undefined
    const stream = log.stream ?? this.#create(log)
    let text = isNew ? (headers[header] ?? '') : stream.hasPartial ? ' end\n' : ''
    for (const padding of lines) text += `${stream.nextLine(padding)}\n`
    if (partial !== undefined) text += stream.nextLine(partial)
    const bytes = Buffer.from(text)
    if (log.isHoleMaker) writeAt(log.target, stream.content.length, bytes)
    else appendFileSync(log.target, bytes)
    stream.append(bytes)
  }

  #create(log: Log): Stream {
    const stream = new Stream(this.streams.length, log.path)
    this.streams.push(stream)
    log.stream = stream
    writeFileSync(log.target, '')
    this.#stands(stream, log.path)
    return stream
  }

  #stands(stream: Stream, place: string): void {
    stream.place = place
    if (this.#matches(place)) stream.matched.add(place)
    // unless it is known by then, nothing leads to it
    else if (stream.seenAt === undefined) stream.mayLose(0)
  }

  /** The older ones move on, the oldest goes. */
  #shift(log: Log): string {
    for (let n = keptRotations; n >= 1; n--)
      for (const ending of ['', '.gz', '.zst']) {
        const path = `${log.target}.${n}${ending}`
        if (!existsSync(path)) continue
        if (n === keptRotations) this.#remove(path)
        else this.#rename(path, `${log.target}.${n + 1}${ending}`)
      }
    return `${log.target}.1`
  }

  #rename(from: string, to: string): void {
    renameSync(from, to)
    for (const stream of this.streams) if (stream.place === from) this.#stands(stream, to)
  }

  #remove(path: string): void {
    rmSync(path)
    for (const stream of this.streams) if (stream.place === path) this.#gone(stream)
  }

  #gone(stream: Stream): void {
    stream.place = undefined
    if (this.isAgentUp && stream.seenAt !== undefined && stream.readBytes > 0) stream.isDraining = true
    else stream.mayLose()
  }

  /** By rename, to a number or a date. The application makes a new file when it writes. */
  rotate(log: Log, isDated: boolean): void {
    const { stream } = log
    if (stream === undefined) return
    const to = isDated ? `${log.target}-202601${String(++log.rotations).padStart(2, '0')}` : this.#shift(log)
    renameSync(log.target, to)
    log.stream = undefined
    this.#stands(stream, to)
  }

  /** The link leads to a new file from now on; the old one stays where it is. */
  retarget(log: Log): void {
    if (!log.isLink || log.stream === undefined) return
    this.#stands(log.stream, log.target)
    log.stream = undefined
    log.target = join(this.#folder, 'targets', `${++log.rotations}.log`)
    rmSync(log.path)
    symlinkSync(join('targets', basename(log.target)), log.path)
  }

  /** By copy and truncation; between the two something else may happen. */
  async copyTruncate(log: Log, between: () => Promise<void>): Promise<void> {
    const { stream } = log
    if (stream === undefined) return
    const copy = this.#shift(log)
    copyFileSync(log.target, copy)
    await between()
    truncateSync(log.target)
    // a copy can only be known by what was read of the original
    if (stream.readBytes === 0) {
      stream.seenAt = undefined
      stream.isEitherWay = true
    }
    this.#stands(stream, copy)
    this.#startOver(log)
  }

  truncate(log: Log): void {
    const { stream } = log
    if (stream === undefined) return
    truncateSync(log.target)
    stream.mayLose()
    stream.place = undefined
    this.#startOver(log)
  }

  /** What is written next is another generation, behind a hole where the writer does not append. */
  #startOver(log: Log): void {
    const old = log.stream
    const stream = new Stream(this.streams.length, log.path)
    this.streams.push(stream)
    log.stream = stream
    this.#stands(stream, log.path)
    // where nothing was taken of the old one, it is the same generation still
    stream.isEitherWay = old?.readBytes === 0
    if (!log.isHoleMaker || old === undefined) return
    stream.holeBytes = old.content.length
    stream.append(Buffer.alloc(stream.holeBytes))
  }

  delete(log: Log): void {
    const { stream } = log
    if (stream === undefined) return
    rmSync(log.target)
    log.stream = undefined
    this.#gone(stream)
  }

  compress(log: Log, n: number, isZstd: boolean): void {
    const path = `${log.target}.${n}`
    if (!existsSync(path)) return
    const content = readFileSync(path)
    const archive = `${path}.${isZstd ? 'zst' : 'gz'}`
    writeFileSync(archive, isZstd ? zstdCompressSync(content) : gzipSync(content))
    for (const stream of this.streams) if (stream.place === path) this.#stands(stream, archive)
    rmSync(path)
  }

  /** A running agent has looked, and read all there was. */
  wasRead(): void {
    for (const stream of this.streams) {
      if (stream.isDraining) stream.readBytes = stream.wholeLines(stream.content.length)
      stream.isDraining = false
      if (stream.place === undefined) continue
      if (
        stream.seenAt === undefined &&
        stream.matched.has(stream.place) &&
        !/\.(gz|zst)$/.test(stream.place)
      )
        stream.seenAt = stream.place
      if (stream.seenAt !== undefined) stream.readBytes = stream.wholeLines(stream.content.length)
    }
  }

  agentStopped(): void {
    this.isAgentUp = false
    for (const stream of this.streams) {
      // also a last line without an end goes with what is open of a deleted file
      if (stream.place === undefined) stream.mayLose()
      stream.isDraining = false
      const isReachable = stream.place !== undefined && stream.matched.has(stream.place)
      // without a line in the spool nothing is known of it
      if (stream.readBytes === 0) {
        if (!isReachable) stream.mayLose(0)
        stream.seenAt = undefined
        stream.isEitherWay = true
      }
    }
  }
}

function writeAt(path: string, position: number, bytes: Buffer): void {
  const file = openSync(path, existsSync(path) ? 'r+' : 'w')
  writeSync(file, bytes, 0, bytes.length, position)
  closeSync(file)
}
