import { once } from 'node:events'
import { OperatingError } from '../../lib/base/index.ts'
import type { FilesAnswer } from '../../query/index.ts'
import { type Call, type Command, exitDone, exitInterrupted, exitNot, usageError } from '../command.ts'
import type { Config } from '../config.ts'
import { ask } from '../http.ts'
import { formatBytes, plainCount } from '../human.ts'
import { printable } from '../printable.ts'
import { parseSince } from '../since.ts'
import { note, writeJson } from '../terminal/output.ts'

export const cat: Command = {
  name: 'cat',
  asksApi: true,
  summary: 'a log file out of the store, as it was, byte for byte',
  positionals: ['[HOST:PATH]'],
  options: {
    generation: {
      type: 'string',
      hint: 'G',
      description: 'which incarnation of the file (default: the newest)',
    },
    from: { type: 'string', hint: 'BYTE', description: 'first byte (default: 0)' },
    to: { type: 'string', hint: 'BYTE', description: 'one past the last byte (default: the end)' },
    since: { type: 'string', hint: '6h', description: 'only what came in since: a duration back, or a time' },
    json: { type: 'boolean', description: 'with --list: one file a line' },
    list: { type: 'boolean', description: 'the files instead: of all hosts, or as far as HOST:PATH goes' },
  },
  details: [
    'HOST is the id of the agent that followed the file, by default the name of its host. Bytes that are not there as they',
    'were written are said on standard error, with the reason, and of deleted lines by whom and when; all others are given.',
    'Then the exit code is 1.',
  ].join('\n'),
  examples: [
    ['millrace cat --list', 'every file, with its incarnations'],
    ['millrace cat web1:/var/log/nginx/access.log > access.log', 'the whole file'],
    ['millrace cat web1:/var/log/syslog --from 1048576 --to 2097152', 'its second MiB'],
  ],
  run: runCat,
}

async function runCat(call: Call): Promise<number> {
  const [host, path] = splitName(call.positionals[0] ?? '')
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  try {
    const config = await call.config()
    if (call.flag('list')) return await list(call, config, { host, path }, stop.signal)
    if (call.flag('json')) throw usageError('--json is for --list: a file goes out as it was')
    if (host === '' || path === '') throw usageError('name a file as HOST:PATH, see millrace cat --list')
    return await printFile(call, config, { host, path }, stop.signal)
  } catch (error) {
    if (stop.signal.aborted) return exitInterrupted
    throw error
  }
}

/** Names of hosts have no colon, paths may. */
function splitName(name: string): [host: string, path: string] {
  const at = name.indexOf(':')
  return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)]
}

async function list(
  call: Call,
  config: Config,
  which: { host: string; path: string },
  signal: AbortSignal,
): Promise<number> {
  const answer = await ask(config, '/api/files', which, { signal })
  const { files, unstored } = (await answer.json()) as FilesAnswer
  if (call.flag('json')) {
    for (const file of files) await writeJson(file)
    for (const file of unstored) await writeJson({ ...file, generation: null, lines: 0 })
    return exitDone
  }
  if (files.length + unstored.length === 0) note(noFiles(which))
  for (const file of files) {
    const last = new Date(Number(BigInt(file.last) / 1_000_000n)).toISOString()
    const gaps = file.gaps === 0 ? '' : `  ${plainCount(file.gaps, 'record')} with gaps`
    const size = `${formatBytes(file.to - file.from)}  ${plainCount(file.lines, 'line')}`
    process.stdout.write(
      `${printable(`${file.host}:${file.path}`)}  ${printable(file.generation)}  ${size}  last ${last}${gaps}\n`,
    )
  }
  for (const { host, path, lagBytes } of unstored)
    process.stdout.write(
      `${printable(`${host}:${path}`)}  nothing stored, ${lagBytes === 0 ? 'nothing' : formatBytes(lagBytes)} to read\n`,
    )
  return exitDone
}

function noFiles({ host, path }: { host: string; path: string }): string {
  if (host === '' && path === '')
    return 'there are no files yet: a source of type file follows some, see millrace agent status'
  return `there is no file of ${host}${path === '' ? '' : ` that begins with ${path}`}: millrace cat --list has all`
}

async function printFile(
  call: Call,
  config: Config,
  file: { host: string; path: string },
  signal: AbortSignal,
): Promise<number> {
  const since = call.text('since')
  const parameters = {
    ...file,
    generation: call.text('generation'),
    ...range(call),
    since: since === undefined ? undefined : new Date(parseSince(since, Date.now())).toISOString(),
    form: 'pieces',
  }
  const answer = await ask(config, '/api/files/content', parameters, { signal })
  let isAsWritten = true
  let hasEnded = false
  for await (const line of linesOf(answer)) {
    const piece = JSON.parse(line) as Piece
    if (piece.bytes !== undefined) await write(Buffer.from(piece.bytes, 'base64'))
    if (piece.error !== undefined) throw new OperatingError('QUERY_REFUSED', `it broke off: ${piece.error}`)
    if (piece.note !== undefined) {
      isAsWritten = false
      process.stderr.write(noteText(piece.note))
    }
    hasEnded ||= piece.end === true
  }
  if (!hasEnded) throw new OperatingError('QUERY_REFUSED', 'the answer broke off: ask again')
  return isAsWritten ? exitDone : exitNot
}

/** A line of the answer: see query/api/files.ts. */
interface Piece {
  bytes?: string
  note?: { from: number; to: number; reason: string; isMissing: boolean }
  end?: true
  error?: string
}

function noteText({ from, to, reason, isMissing }: NonNullable<Piece['note']>): string {
  return `millrace: bytes ${from} to ${to} ${isMissing ? 'are not there' : 'may not be as they were'}: ${reason}\n`
}

function range(call: Call): { from: string | undefined; to: string | undefined } {
  const [from, to] = [byteOf(call, 'from'), byteOf(call, 'to')]
  if (from !== undefined && to !== undefined && Number(from) > Number(to))
    throw usageError(`--from ${from} is behind --to ${to}: found an end before the beginning`)
  return { from, to }
}

function byteOf(call: Call, name: 'from' | 'to'): string | undefined {
  const text = call.text(name)
  if (text !== undefined && !/^\d{1,15}$/.test(text))
    throw usageError(`--${name}: expected a number of bytes`)
  return text
}

async function* linesOf(answer: Response): AsyncIterable<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    yield* lines
  }
}

async function write(bytes: Buffer): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, 'drain')
}
