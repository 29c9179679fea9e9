import { basename, dirname, extname, join } from 'node:path'
import { withoutArchiveEnding } from './archive/archive.ts'

/** `.1`, `-20260131`, `.2026-01-31T12_00`, `.old`. */
const mark = /^[-._]{0,2}(\d[\d\-._:TZ]*|old|bak|prev|copy|save|orig)$/i

/**
 * The paths from which a rotation could have brought content to this one: in the same folder or the one above it (what
 * logrotate calls `olddir`), and the name without a
 * number, a date or a word like `old` at its end or before its ending, without `.gz` or `.zst`. Names only say where to
 * look; whether it is so is for the content to decide.
 *
 * @example
 * originalsOf('/l/app.log.1').includes('/l/app.log') // => true
 * originalsOf('/l/app-20260131.log.gz').includes('/l/app.log') // => true
 * originalsOf('/l/old/app.log.1').includes('/l/app.log') // => true
 * originalsOf('/l/app-worker.log') // => []
 */
export function originalsOf(path: string): string[] {
  const names = originalNames(path)
  if (names.length === 0) return []
  const folder = dirname(path)
  return [folder, dirname(folder)].flatMap(one => names.map(name => join(one, name)))
}

/** Asked for every new file, several times where there are many beside it. */
function originalNames(path: string): string[] {
  const whole = basename(path)
  const name = withoutArchiveEnding(whole)
  const found = new Set(withoutMark(name))
  if (name !== whole) found.add(name)
  const dot = name.lastIndexOf('.')
  if (dot > 0) for (const stem of withoutMark(name.slice(0, dot))) found.add(stem + name.slice(dot))
  return [...found]
}

/** A path and those from which a rotation may have brought its content. Where two have one in common they may be of one file. */
export function familyOf(path: string): string[] {
  return [path, ...originalsOf(path)]
}

/** Whether a rotation may have brought content from one of the paths to the other, or both from a third. */
export function isRelated(path: string, origins: readonly string[]): boolean {
  const family = new Set(familyOf(path))
  return origins.some(origin => familyOf(origin).some(member => family.has(member)))
}

/** A date at least. */
const leastDateDigits = 6

/**
 * Whether a path's name says by itself that a rotation brought it there from the other path: nothing but that is known of it.
 * A number or a date stands behind the whole name, or a date before its ending; `app-2.log` is as likely a file of its own.
 *
 * @example
 * isNamedAsRotationOf('/l/app.log.1', '/l/app.log') // => true
 * isNamedAsRotationOf('/l/app-20260131.log.gz', '/l/app.log') // => true
 * isNamedAsRotationOf('/l/app-2.log', '/l/app.log') // => false
 */
export function isNamedAsRotationOf(path: string, original: string): boolean {
  return rotatedFrom(path).includes(original)
}

/** The paths of which a path's name says so. */
export function rotatedFrom(path: string): string[] {
  return originalsOf(path).filter(original => saysSo(path, original))
}

function saysSo(path: string, original: string): boolean {
  const name = basename(withoutArchiveEnding(path))
  const whole = basename(original)
  if (name.startsWith(whole)) return true
  const ending = extname(whole)
  const added = name.slice(whole.length - ending.length, name.length - ending.length)
  return added.replace(/\D/g, '').length >= leastDateDigits
}

function* withoutMark(name: string): Generator<string> {
  for (let at = name.length - 1; at > 0; at--) {
    // a number is a mark as a whole or not at all
    const isWithin = isDigit(name, at) && isDigit(name, at - 1)
    if (!isWithin && mark.test(name.slice(at))) yield name.slice(0, at)
  }
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0x30 && code <= 0x39
}
