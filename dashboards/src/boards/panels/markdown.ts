export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'code'; text: string }
  | { kind: 'paragraph'; text: string }

export type Inline =
  | { kind: 'text' | 'strong' | 'emphasis' | 'code'; text: string }
  | { kind: 'link'; text: string; url: string }

/** Headings, lists, code and paragraphs. Source: CommonMark, the part of it that panels use. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string
    const heading = /^(#{1,6})\s+(.*)$/.exec(line)
    if (line.trim() === '') continue
    if (heading !== null)
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' })
    else if (line.startsWith('```')) {
      const end = lines.findIndex((other, j) => j > i && other.startsWith('```'))
      const last = end < 0 ? lines.length : end
      blocks.push({ kind: 'code', text: lines.slice(i + 1, last).join('\n') })
      i = last
    } else if (/^\s*[-*]\s/.test(line)) {
      const items = takeWhile(lines, i, other => /^\s*[-*]\s/.test(other))
      blocks.push({ kind: 'list', items: items.map(item => item.replace(/^\s*[-*]\s+/, '')) })
      i += items.length - 1
    } else {
      const words = takeWhile(
        lines,
        i,
        other => other.trim() !== '' && !/^(?:#{1,6}\s|```|\s*[-*]\s)/.test(other),
      )
      blocks.push({ kind: 'paragraph', text: words.join(' ') })
      i += words.length - 1
    }
  }
  return blocks
}

function takeWhile(lines: readonly string[], from: number, holds: (line: string) => boolean): string[] {
  const end = lines.findIndex((line, j) => j > from && !holds(line))
  return lines.slice(from, end < 0 ? lines.length : end)
}

const mark = /\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`|\[([^\]]+)\]\(([^)\s]+)\)/g

/** Links lead to this page and to the web alone: no address that runs something. */
export function inlineOf(text: string): Inline[] {
  const parts: Inline[] = []
  let last = 0
  for (const match of text.matchAll(mark)) {
    if (match.index > last) parts.push({ kind: 'text', text: text.slice(last, match.index) })
    const [whole, strong, emphasis, code, name, url = ''] = match
    if (strong !== undefined) parts.push({ kind: 'strong', text: strong })
    else if (emphasis !== undefined) parts.push({ kind: 'emphasis', text: emphasis })
    else if (code !== undefined) parts.push({ kind: 'code', text: code })
    else if (/^(?:https?:\/\/|\/|#)/.test(url)) parts.push({ kind: 'link', text: name ?? '', url })
    else parts.push({ kind: 'text', text: whole })
    last = match.index + whole.length
  }
  if (last < text.length) parts.push({ kind: 'text', text: text.slice(last) })
  return parts
}
