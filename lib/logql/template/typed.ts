import { type Functions, type GoValue, TemplateError } from '../../go-template/index.ts'

/** What functions of Loki and sprig take, letter by letter: s a text, i a whole number, a anything. */
const parameters: Readonly<Record<string, string>> = {
  ToLower: 's',
  ToUpper: 's',
  lower: 's',
  upper: 's',
  title: 's',
  Replace: 'sssi',
  replace: 'sss',
  Trim: 'ss',
  TrimLeft: 'ss',
  TrimRight: 'ss',
  TrimPrefix: 'ss',
  TrimSuffix: 'ss',
  TrimSpace: 's',
  trim: 's',
  trimAll: 'ss',
  trimPrefix: 'ss',
  trimSuffix: 'ss',
  trunc: 'is',
  substr: 'iis',
  contains: 'ss',
  hasPrefix: 'ss',
  hasSuffix: 'ss',
  indent: 'is',
  nindent: 'is',
  repeat: 'is',
  alignLeft: 'is',
  alignRight: 'is',
  b64enc: 's',
  b64dec: 's',
  urlencode: 's',
  urldecode: 's',
  count: 'ss',
  regexReplaceAll: 'sss',
  regexReplaceAllLiteral: 'sss',
  bytes: 's',
  duration: 's',
  duration_seconds: 's',
  date: 'sa',
  toDate: 'ss',
  toDateInZone: 'sss',
  unixToTime: 's',
  unixEpoch: 'a',
  unixEpochMillis: 'a',
  unixEpochNanos: 'a',
  now: '',
  int: 'a',
  float64: 'a',
  ceil: 'a',
  floor: 'a',
  sub: 'aa',
  div: 'aa',
  mod: 'aa',
  fromJson: 's',
  round: 'aia',
}

/** Functions that refuse values of other types and too many of them, as Go's templates do. */
export function typed(functions: Functions): Functions {
  return Object.fromEntries(
    Object.entries(functions).map(([name, call]) => {
      const types = parameters[name]
      if (types === undefined) return [name, call]
      const checked = (...given: GoValue[]) => {
        if (given.length > types.length)
          throw new TemplateError(
            `wrong number of args for ${name}: want ${types.length} got ${given.length}`,
          )
        for (let i = 0; i < types.length && i < given.length; i++) check(types[i] as string, given[i])
        return call(...given)
      }
      // how many it takes is told by its length
      return [name, Object.defineProperty(checked, 'length', { value: call.length })]
    }),
  )
}

/** Errors: TemplateError. */
function check(type: string, value: GoValue): void {
  if (type === 's' && typeof value !== 'string')
    throw new TemplateError(`wrong type for value; expected string; got ${typeOf(value)}`)
  if (type === 'i' && typeof value !== 'bigint')
    throw new TemplateError(`wrong type for value; expected int; got ${typeOf(value)}`)
}

function typeOf(value: GoValue): string {
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float64'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
