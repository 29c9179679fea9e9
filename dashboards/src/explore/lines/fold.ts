import type { LogLine } from '../../../../query/index.ts'

/** A line, with those that go on with it: frames of a stack trace that came in as lines of their own, in the order written. */
export interface Entry {
  line: LogLine
  frames: readonly LogLine[]
}

/** Lines that cannot stand alone: of Java, .NET and JavaScript, Python, Go, Ruby and PHP. */
const continued =
  /^(?:\s+at\s|\s+\.{3}\s*\d+\s+(?:more|common frames)|\s*Caused by:|\s*Suppressed:|\s+File ".*", line \d+|\s{4,}\S|\t|\s+--- End of|goroutine \d+ \[|#\d+ [^ ]+\(\d+\): |\s+from \S+:\d+:in )/

/** Puts frames to the line they belong to: the one before them, out of the same source. */
export function foldFrames(lines: readonly LogLine[], order: 'backward' | 'forward'): Entry[] {
  const written = order === 'forward' ? lines : lines.toReversed()
  const entries: { line: LogLine; frames: LogLine[] }[] = []
  const open = new Map<string, { line: LogLine; frames: LogLine[] }>()
  for (const line of written) {
    const source = sourceOf(line)
    const head = open.get(source)
    if (head !== undefined && continued.test(line.body)) {
      head.frames.push(line)
      continue
    }
    const entry = { line, frames: [] }
    entries.push(entry)
    open.set(source, entry)
  }
  return order === 'forward' ? entries : entries.reverse()
}

function sourceOf({ service, host, attributes, source }: LogLine): string {
  return `${source.partition} ${service} ${host} ${attributes['log.file.path'] ?? ''} ${attributes['log.iostream'] ?? ''}`
}

/** The text of an entry, in the order written. */
export function textOf({ line, frames }: Entry): string {
  return [line.body, ...frames.map(frame => frame.body)].join('\n')
}

/** Lines of text behind the first. */
export function hiddenLines({ line, frames }: Entry): number {
  const breaks = line.message.length < 100_000 ? line.message.trimEnd().split('\n').length - 1 : 0
  return breaks + frames.length
}
