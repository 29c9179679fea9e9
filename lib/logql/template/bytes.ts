import { TemplateError } from '../../go-template/index.ts'

const sizes: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kib: 1024,
  kb: 1e3,
  mib: 1024 ** 2,
  mb: 1e6,
  gib: 1024 ** 3,
  gb: 1e9,
  tib: 1024 ** 4,
  tb: 1e12,
  pib: 1024 ** 5,
  pb: 1e15,
  eib: 1024 ** 6,
  eb: 1e18,
  ki: 1024,
  k: 1e3,
  mi: 1024 ** 2,
  m: 1e6,
  gi: 1024 ** 3,
  g: 1e9,
  ti: 1024 ** 4,
  t: 1e12,
  pi: 1024 ** 5,
  p: 1e15,
  ei: 1024 ** 6,
  e: 1e18,
}

/** `2.5 KiB` as a number of bytes, whole. Source: go-humanize, ParseBytes. Errors: TemplateError. */
export function bytesOf(text: string): number {
  const found = /^\s*([\d.,]+)\s*([a-zA-Z]*)\s*$/.exec(text)
  const factor = sizes[(found?.[2] ?? '?').toLowerCase()]
  const number = Number((found?.[1] ?? '').replaceAll(',', ''))
  if (found === null || factor === undefined || Number.isNaN(number))
    throw new TemplateError(`unhandled size name or number: ${text}`)
  return Math.trunc(number * factor)
}
