import type { SqlParams } from './store-reader.ts'

/**
 * Takes texts among the parameters of a statement, and answers how each is written there.
 *
 * @example
 * const params: SqlParams = {}
 * const parameter = textParameters(params, 'by')
 * parameter('user.id') // => '{by0:String}'
 * params // => { by0: 'user.id' }
 */
export function textParameters(params: SqlParams, prefix: string): (text: string) => string {
  let texts = 0
  return text => {
    const name = `${prefix}${texts++}`
    params[name] = text
    return `{${name}:String}`
  }
}
