import { TimeReader } from './time/reader.ts'
import { utc } from './time/zone.ts'
import { unescapeJson } from './unescape.ts'

/** Where the values of Docker's members stand; an end of -1 where there is none. */
class Members {
  keyStart = 0
  keyEnd = 0
  logStart = 0
  logEnd = -1
  streamStart = 0
  streamEnd = -1
  timeStart = 0
  timeEnd = -1
  attrsStart = 0
  attrsEnd = -1

  clear(): void {
    this.logEnd = this.streamEnd = this.timeEnd = this.attrsEnd = -1
    this.keyEnd = this.keyStart = 0
  }
}

/**
 * What a container runtime wrote around one line: filled by `unwrapCri` and `unwrapDocker`, one instance for all lines,
 * so that no object is made per line. The content is a range of `bytes`, which is the line's own buffer or, where the
 * content had escapes, a buffer that the next line overwrites.
 */
export class ContainerLine {
  seconds = 0
  nanos = 0
  stream: 'stdout' | 'stderr' = 'stdout'
  /** More of the same line follows in the next one of the same stream. */
  partial = false
  /** An object of JSON with what Docker was told to say of the container in each line, as by `--log-opt labels`; '' for none. */
  attrs = ''
  bytes: Buffer = Buffer.alloc(0)
  start = 0
  end = 0
  /** The runtimes write the offset, so the machine's zone and clock have no say. */
  readonly time = new TimeReader(utc, () => 0)
  readonly members = new Members()
  #scratch = Buffer.alloc(1024)

  /** A buffer of at least so many bytes, to unescape into. */
  scratch(length: number): Buffer {
    if (this.#scratch.length < length) this.#scratch = Buffer.alloc(length * 2)
    return this.#scratch
  }
}

/**
 * Takes a line of the container runtime interface's log format apart: `TIME stdout|stderr P|F CONTENT`, where tags after
 * the first are divided by colons. False where it is not one.
 * Source: kubernetes/design-proposals-archive, node/kubelet-cri-logging.md
 */
export function unwrapCri(bytes: Buffer, start: number, end: number, out: ContainerLine): boolean {
  const { time } = out
  if (!time.read(bytes, start, end) || bytes[time.end] !== 0x20) return false
  const stream = streamAt(bytes, time.end + 1, end)
  // both names have six letters
  const tags = time.end + 8
  if (stream === undefined || tags >= end || bytes[tags - 1] !== 0x20) return false
  const isPartial = bytes[tags] === 0x50
  if (!isPartial && bytes[tags] !== 0x46) return false
  const tagsEnd = endOfWord(bytes, tags, end)
  if (tagsEnd > tags + 1 && bytes[tags + 1] !== 0x3a) return false
  out.seconds = time.seconds
  out.nanos = time.nanos
  out.stream = stream
  out.partial = isPartial
  out.attrs = ''
  out.bytes = bytes
  out.start = Math.min(tagsEnd + 1, end)
  out.end = end
  return true
}

/**
 * Takes a line of Docker's json-file driver apart: `{"log":"CONTENT\n","stream":"stdout","time":"TIME"}`. Content
 * without a line end is part of a line that the driver split at 16 KiB. False where it is not one: an application's own
 * JSON with a `log` field lacks one of the other two.
 * Source: https://docs.docker.com/engine/logging/drivers/json-file/
 */
export function unwrapDocker(bytes: Buffer, start: number, end: number, out: ContainerLine): boolean {
  if (bytes[start] !== 0x7b) return false
  const { members } = out
  members.clear()
  if (!readMembers(bytes, start, end, members) || members.logEnd < 0 || members.timeEnd < 0) return false
  const stream = streamAt(bytes, members.streamStart, members.streamEnd)
  const { time } = out
  if (stream === undefined || members.streamEnd - members.streamStart !== 6) return false
  if (!time.read(bytes, members.timeStart, members.timeEnd) || time.end !== members.timeEnd) return false
  out.seconds = time.seconds
  out.nanos = time.nanos
  out.stream = stream
  out.attrs = members.attrsEnd < 0 ? '' : bytes.toString('utf8', members.attrsStart, members.attrsEnd)
  return unescapeContent(bytes, members.logStart, members.logEnd, out)
}

/** Finds the members at the first level of an object; nested ones are stepped over. */
function readMembers(bytes: Buffer, start: number, end: number, members: Members): boolean {
  let depth = 0
  for (let at = start; at < end; at++) {
    if (bytes[at] === 0x22) {
      const close = endOfString(bytes, at + 1, end)
      if (close >= end) return false
      if (depth === 1) takeString(bytes, at + 1, close, members)
      at = close
      continue
    }
    depth = depthBehind(bytes, at, depth, members)
    if (depth === 0) return at === end - 1
  }
  return false
}

/** Behind a place that is in no string; notes where the value of `attrs` begins and ends. */
function depthBehind(bytes: Buffer, at: number, depth: number, members: Members): number {
  const step = nesting(bytes[at] as number)
  const isValue = step !== 0 && depth === (step > 0 ? 1 : 2)
  if (isValue && isWord(bytes, members.keyStart, members.keyEnd, 'attrs')) {
    if (step > 0) members.attrsStart = at
    else members.attrsEnd = at + 1
  }
  return depth + step
}

function nesting(byte: number): number {
  if (byte === 0x7b || byte === 0x5b) return 1
  return byte === 0x7d || byte === 0x5d ? -1 : 0
}

/** A string before a colon is a key, any other the value of the key before it. */
function takeString(bytes: Buffer, start: number, end: number, members: Members): void {
  if (bytes[end + 1] === 0x3a) {
    members.keyStart = start
    members.keyEnd = end
    return
  }
  const { keyStart, keyEnd } = members
  if (isWord(bytes, keyStart, keyEnd, 'log')) {
    members.logStart = start
    members.logEnd = end
  } else if (isWord(bytes, keyStart, keyEnd, 'stream')) {
    members.streamStart = start
    members.streamEnd = end
  } else if (isWord(bytes, keyStart, keyEnd, 'time')) {
    members.timeStart = start
    members.timeEnd = end
  }
}

/** Nearly every line has one escape, the line end at its end: then the content needs no copy. */
function unescapeContent(bytes: Buffer, start: number, end: number, out: ContainerLine): boolean {
  let mark = start
  while (mark < end && bytes[mark] !== 0x5c) mark++
  const isPlain = mark >= end
  const isWhole = !isPlain && mark === end - 2 && bytes[end - 1] === 0x6e
  if (isPlain || isWhole) {
    out.bytes = bytes
    out.start = start
    out.end = isWhole ? mark : end
    out.partial = isPlain
    return true
  }
  const scratch = out.scratch(end - start)
  const length = unescapeJson(bytes, start, end, scratch, 0)
  if (length < 0) return false
  out.partial = scratch[length - 1] !== 0x0a
  out.bytes = scratch
  out.start = 0
  out.end = out.partial ? length : length - 1
  return true
}

function streamAt(bytes: Buffer, at: number, end: number): 'stdout' | 'stderr' | undefined {
  if (at + 6 > end) return undefined
  if (isWord(bytes, at, at + 6, 'stdout')) return 'stdout'
  return isWord(bytes, at, at + 6, 'stderr') ? 'stderr' : undefined
}

function isWord(bytes: Buffer, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return false
  return true
}

function endOfWord(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at] !== 0x20) at++
  return at
}

/** The quote that closes a string; `end` or more where there is none. */
function endOfString(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1
  return at
}
