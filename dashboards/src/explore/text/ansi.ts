/** How a piece of text is to look; colours are CSS. */
export interface Look {
  colour?: string
  background?: string
  bold?: boolean
  italic?: boolean
  underline?: boolean
  dim?: boolean
}

export interface Run {
  text: string
  look: Look
}

const esc = '\u001b'
/** Select graphic rendition; all other sequences of ECMA-48 and links of OSC 8 are left out. */
const sequence = new RegExp(
  `${esc}\\[([\\d;:]*)m|${esc}\\[[0-?]*[ -/]*[@-~]|${esc}\\][^\\u0007${esc}]*(?:\\u0007|${esc}\\\\)|${esc}[@-_]?`,
  'g',
)
const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

export function hasAnsi(text: string): boolean {
  return text.includes(esc)
}

export function withoutAnsi(text: string): string {
  return hasAnsi(text) ? text.replaceAll(sequence, '') : text
}

/** Cuts a text with the colours of a terminal into runs that look the same. */
export function runsOf(text: string): Run[] {
  if (!hasAnsi(text)) return [{ text, look: {} }]
  const runs: Run[] = []
  let look: Look = {}
  let at = 0
  const push = (to: number) => {
    if (to > at) runs.push({ text: text.slice(at, to), look })
  }
  for (const found of text.matchAll(sequence)) {
    push(found.index)
    at = found.index + found[0].length
    if (found[1] !== undefined) look = changed(look, found[1].split(/[;:]/).map(Number))
  }
  push(text.length)
  return runs
}

function changed(look: Look, codes: readonly number[]): Look {
  let now = look
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes.slice(i + 1))
      now = { ...now, [code === 38 ? 'colour' : 'background']: colour }
      i += used
    } else now = simple(now, code)
  }
  return now
}

const on: Readonly<Record<number, Look>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
}
const off: Readonly<Record<number, readonly (keyof Look)[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  39: ['colour'],
  49: ['background'],
}

function simple(look: Look, code: number): Look {
  if (code === 0) return {}
  if (on[code] !== undefined) return { ...look, ...on[code] }
  if (off[code] !== undefined) return without(look, ...off[code])
  const [tens, ones] = [Math.floor(code / 10), code % 10]
  const kind = { 3: 'colour', 9: 'colour', 4: 'background', 10: 'background' }[tens]
  if (ones > 7 || kind === undefined) return look
  return { ...look, [kind]: named(ones + (tens > 8 ? 8 : 0)) }
}

function without(look: Look, ...keys: (keyof Look)[]): Look {
  return Object.fromEntries(Object.entries(look).filter(([key]) => !keys.includes(key as keyof Look)))
}

function named(i: number): string {
  return `var(--ansi-${names[i % 8]})`
}

/** `5;n` of 256 colours, or `2;r;g;b`; how many codes were used. */
function extended(codes: readonly number[]): [string, number] {
  const [kind, a = 0, b = 0, c = 0] = codes
  if (kind === 2) return [`rgb(${a} ${b} ${c})`, 4]
  if (a < 16) return [named(a), 2]
  if (a >= 232)
    return [
      `rgb(${Array(3)
        .fill((a - 232) * 10 + 8)
        .join(' ')})`,
      2,
    ]
  const level = (n: number) => (n === 0 ? 0 : n * 40 + 55)
  const cube = a - 16
  return [`rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`, 2]
}
