import type { Fields } from './field.ts'
import { Message, type MessageSpec, type Read, type Write } from './message.ts'

/** A request and its response. */
export interface Api<Q extends Fields = Fields, S extends Fields = Fields> {
  readonly key: number
  readonly name: string
  readonly request: Message<Q>
  readonly response: Message<S>
}

/** What a client sends and a broker sees. */
export type RequestOf<A extends Api> = Read<A['request']>
export type RequestInput<A extends Api> = Write<A['request']>
export type ResponseOf<A extends Api> = Read<A['response']>
export type ResponseInput<A extends Api> = Write<A['response']>

export function defineApi<const Q extends Fields, const S extends Fields>(
  key: number,
  name: string,
  request: MessageSpec<Q>,
  response: MessageSpec<S>,
): Api<Q, S> {
  return {
    key,
    name,
    request: new Message(`${name}Request`, request),
    response: new Message(`${name}Response`, response),
  }
}
