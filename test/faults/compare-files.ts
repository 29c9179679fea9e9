import type { FilesAnswer } from '../../query/index.ts'
import type { Incarnation } from './watched-files.ts'

interface Held {
  path: string
  content: Buffer
  /** Which of its bytes came back. */
  covered: Buffer
}

/**
 * Takes every file back out of the store and holds it against what was written: each incarnation's bytes must come back, once,
 * under its own path, or under the name of a rotation in which alone it was ever seen.
 */
export async function compareFiles(
  url: string,
  host: string,
  incarnations: readonly Incarnation[],
): Promise<string[]> {
  const held = incarnations
    .map(({ path, chunks }) => ({ path, content: Buffer.concat(chunks) }))
    .filter(({ content }) => content.length > 0)
    .map(one => ({ ...one, covered: Buffer.alloc(one.content.length) }))
  const answer = await fetch(`${url}/api/files?${new URLSearchParams({ host })}`)
  const { files } = (await answer.json()) as FilesAnswer
  const findings: string[] = []
  for (const file of files) {
    const { path, generation } = file
    const asked = new URLSearchParams({ host, path, generation })
    const content = await fetch(`${url}/api/files/content?${asked}`)
    const bytes = Buffer.from(await content.arrayBuffer())
    const finding = place(held, path, file.from, bytes)
    if (finding !== undefined) findings.push(`${path}, generation ${generation}: ${finding}`)
  }
  for (const { path, covered } of held) {
    const missing = covered.indexOf(0)
    if (missing >= 0)
      findings.push(`${path}: an incarnation of ${covered.length} bytes lacks byte ${missing}`)
  }
  return findings
}

function isOf(path: string, written: string): boolean {
  return path === written || (path.startsWith(written) && /^\.\d+(\.gz)?$/.test(path.slice(written.length)))
}

function place(held: readonly Held[], path: string, from: number, bytes: Buffer): string | undefined {
  const to = from + bytes.length
  const found = held.find(
    one => isOf(path, one.path) && to <= one.content.length && one.content.subarray(from, to).equals(bytes),
  )
  if (found === undefined) return `its ${bytes.length} bytes are those of no file that was written`
  if (found.covered.subarray(from, to).includes(1)) return 'some of its bytes came back twice'
  found.covered.fill(1, from, to)
  return undefined
}
