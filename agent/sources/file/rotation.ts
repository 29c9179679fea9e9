import { basename, dirname } from 'node:path'

/**
 * Whether a path is where a rotation could have put what stood at another: the same folder, and the name with a number,
 * a date or a word like `old` at its end or before its ending, compressed or not.
 *
 * @example
 * isRotationOf('/var/log/app.log.1', '/var/log/app.log') // => true
 * isRotationOf('/var/log/app-20260131.log.gz', '/var/log/app.log') // => true
 * isRotationOf('/var/log/app-worker.log', '/var/log/app.log') // => false
 */
export function isRotationOf(path: string, source: string): boolean {
  if (path === source || dirname(path) !== dirname(source)) return false
  const name = basename(path).replace(/\.gz$/, '')
  const original = basename(source)
  if (name === original) return true
  const dot = original.lastIndexOf('.')
  const stem = dot > 0 ? original.slice(0, dot) : original
  const ending = dot > 0 ? original.slice(dot) : ''
  if (name.startsWith(original) && isMark(name.slice(original.length))) return true
  const isInside = ending !== '' && name.startsWith(stem) && name.endsWith(ending)
  return isInside && isMark(name.slice(stem.length, name.length - ending.length))
}

/** `.1`, `-20260131`, `.2026-01-31T12_00`, `.old`. */
function isMark(text: string): boolean {
  return /^[-._]?(\d[\d\-._:T]*|old|bak|prev|copy|save)$/i.test(text)
}
