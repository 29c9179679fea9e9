import { printable } from '../../printable.ts'
import type { Paint, PaintStyle } from '../../terminal/paint.ts'

export type Verdict = 'ok' | 'note' | 'wrong'

/** One thing that was looked at. */
export interface Finding {
  what: string
  verdict: Verdict
  /** What was found, in a few words. */
  detail: string
  /** What to do about it; undefined where nothing is to be done. */
  remedy?: string | undefined
}

const signs: Readonly<Record<Verdict, readonly [sign: string, style: PaintStyle]>> = {
  ok: ['✓', 'good'],
  note: ['!', 'warning'],
  wrong: ['✗', 'bad'],
}

/** Findings as lines; what to do stands below each that wants something. */
export function findingLines(findings: readonly Finding[], paint: Paint): string {
  const width = Math.max(...findings.map(({ what }) => what.length))
  const lines = findings.flatMap(({ what, verdict, detail, remedy }) => {
    const [sign, style] = signs[verdict]
    const line = `${paint(sign, style)} ${what.padEnd(width)}  ${printable(detail)}`
    return remedy === undefined ? [line] : [line, `  ${' '.repeat(width)}  → ${remedy}`]
  })
  return `${lines.join('\n')}\n`
}

export const isWrong = ({ verdict }: Finding): boolean => verdict === 'wrong'
