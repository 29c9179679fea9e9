const replacement = 0xfffd
const lastCharacter = 0x10ffff
const unitBytes = 4
/** Arguments of one call. */
const atOnce = 4096

/** The text of whole units of UTF-32; what is no character stands as one that cannot be read. Node has no decoder for it. */
export function textOfUtf32(bytes: Buffer, start: number, end: number, isBig: boolean): string {
  let text = ''
  const points: number[] = []
  for (let at = start; at + unitBytes <= end; at += unitBytes) {
    const point = isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)
    const isCharacter = point <= lastCharacter && (point < 0xd800 || point > 0xdfff)
    points.push(isCharacter ? point : replacement)
    if (points.length < atOnce) continue
    text += String.fromCodePoint(...points)
    points.length = 0
  }
  return text + String.fromCodePoint(...points)
}
