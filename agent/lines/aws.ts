import type { RecordDraft } from '../records/draft.ts'
import { AccessFields, endOfMethod, endOfQuoted, endOfWord, wholeOf } from './access-fields.ts'
import type { TimeReader } from './time/reader.ts'

const clientKey = Buffer.from('client.address')
const agentKey = Buffer.from('user_agent.original')
const refererKey = Buffer.from('http.request.header.referer')
const serverKey = Buffer.from('server.address')
const requestSizeKey = Buffer.from('http.request.size')
const responseSizeKey = Buffer.from('http.response.size')

/** What an Application Load Balancer writes before the time. */
const listenerTypes = new Set(['http', 'https', 'h2', 'grpcs', 'ws', 'wss'])
const longestType = 5
/** Words of a load balancer's line between its time and the request. */
const balancerWords = { client: 1, status: 6, received: 8, sent: 9, count: 10 } as const
/** Of CloudFront's standard log, in the order of its `#Fields`. */
const columns = {
  sent: 3,
  client: 4,
  method: 5,
  path: 7,
  status: 8,
  referer: 9,
  agent: 10,
  query: 11,
  host: 15,
  received: 17,
  least: 15,
  most: 40,
} as const
const dayLength = 10
const clockLength = 8
const longestDecoded = 2048

/**
 * Reads the access lines of Amazon's load balancers (Application and Classic) and of CloudFront.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html,
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html,
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
export class AwsLines {
  readonly #fields: AccessFields
  /** Where words or columns begin and end, two by two. */
  readonly #places = new Int32Array(columns.most * 2)
  readonly #text = Buffer.alloc(longestDecoded)

  constructor(out: RecordDraft) {
    this.#fields = new AccessFields(out)
  }

  /** Where the time begins behind the type of a listener; `start` where the line begins with none. */
  behindType(bytes: Buffer, start: number, end: number): number {
    const stop = endOfWord(bytes, start, Math.min(end, start + longestType + 1))
    if (stop >= end || bytes[stop] !== 0x20 || !isDigit(bytes[stop + 1])) return start
    return listenerTypes.has(bytes.toString('latin1', start, stop)) ? stop + 1 : start
  }

  /** ` NAME CLIENT:PORT TARGET:PORT 0.0 0.0 0.0 STATUS STATUS RECEIVED SENT "REQUEST" "AGENT"` from behind the time. */
  readBalancer(bytes: Buffer, at: number, end: number): boolean {
    const request = this.#words(bytes, at, end)
    if (request < 0) return false
    const requestEnd = endOfQuoted(bytes, request, end)
    const status = this.#status(bytes, balancerWords.status)
    if (requestEnd >= end || status === 0) return false
    const fields = this.#fields
    fields.request(bytes, request, requestEnd)
    fields.status(status, bytes, this.#start(balancerWords.status))
    fields.text(clientKey, bytes, this.#start(balancerWords.client), this.#portOf(bytes))
    this.#size(requestSizeKey, bytes, balancerWords.received)
    this.#size(responseSizeKey, bytes, balancerWords.sent)
    const agent = requestEnd + 3
    const agentEnd = endOfQuoted(bytes, agent, end)
    if (bytes[agent - 1] === 0x22 && agentEnd < end) fields.given(agentKey, bytes, agent, agentEnd)
    return true
  }

  /** A day, a tab and a clock; of CloudFront's they are of UTC. False where neither stands there. */
  readTabbed(bytes: Buffer, start: number, end: number, time: TimeReader): boolean {
    const clock = start + dayLength + 1
    if (end - clock < clockLength || bytes[clock - 1] !== 0x09 || bytes[clock + 2] !== 0x3a) return false
    bytes.copy(this.#text, 0, start, clock + clockLength)
    this.#text[dayLength] = 0x54
    this.#text[dayLength + 1 + clockLength] = 0x5a
    const length = dayLength + 1 + clockLength
    const isCloudFront = this.#isCloudFront(bytes, start, end)
    if (!time.readValue(this.#text, 0, isCloudFront ? length + 1 : length)) return false
    time.end = clock + clockLength
    if (isCloudFront) this.#writeCloudFront(bytes)
    return true
  }

  #isCloudFront(bytes: Buffer, start: number, end: number): boolean {
    const count = this.#split(bytes, start, end)
    if (count < columns.least || this.#status(bytes, columns.status) === 0) return false
    const method = this.#start(columns.method)
    const methodEnd = this.#end(columns.method)
    return methodEnd > method && endOfMethod(bytes, method, methodEnd) === methodEnd
  }

  #writeCloudFront(bytes: Buffer): void {
    const fields = this.#fields
    fields.method(bytes, this.#start(columns.method), this.#end(columns.method))
    fields.target(bytes, this.#start(columns.path), this.#end(columns.path))
    fields.query(bytes, this.#start(columns.query), this.#end(columns.query))
    fields.status(this.#status(bytes, columns.status), bytes, this.#start(columns.status))
    fields.given(clientKey, bytes, this.#start(columns.client), this.#end(columns.client))
    fields.given(serverKey, bytes, this.#start(columns.host), this.#end(columns.host))
    this.#decoded(refererKey, bytes, columns.referer)
    this.#decoded(agentKey, bytes, columns.agent)
    this.#size(responseSizeKey, bytes, columns.sent)
    this.#size(requestSizeKey, bytes, columns.received)
  }

  /** Finds the words before the request; answers where that begins, -1 where they are not those of a load balancer. */
  #words(bytes: Buffer, from: number, end: number): number {
    let at = from
    for (let word = 0; word < balancerWords.count; word++) {
      if (at >= end || bytes[at] !== 0x20) return -1
      const stop = endOfWord(bytes, at + 1, end)
      this.#places[word * 2] = at + 1
      this.#places[word * 2 + 1] = stop
      if (word === balancerWords.client && this.#portOf(bytes) < 0) return -1
      at = stop
    }
    return at + 1 < end && bytes[at] === 0x20 && bytes[at + 1] === 0x22 ? at + 2 : -1
  }

  /** The colon before the port of the client; -1 where the word is no address. */
  #portOf(bytes: Buffer): number {
    const start = this.#start(balancerWords.client)
    const end = this.#end(balancerWords.client)
    const colon = bytes.lastIndexOf(0x3a, end - 1)
    return colon > start && end > colon + 1 && wholeOf(bytes, colon + 1, end) >= 0 ? colon : -1
  }

  /** By tabs; answers how many columns there are, of which those beyond the most are not looked for. */
  #split(bytes: Buffer, start: number, end: number): number {
    let count = 0
    let from = start
    while (count < columns.most) {
      const tab = bytes.indexOf(0x09, from)
      const stop = tab < 0 || tab > end ? end : tab
      this.#places[count * 2] = from
      this.#places[count * 2 + 1] = stop
      count++
      if (stop === end) break
      from = stop + 1
    }
    this.#places.fill(end, count * 2)
    return count
  }

  /** CloudFront writes what a client sent with `%20` for a space. */
  #decoded(key: Buffer, bytes: Buffer, column: number): void {
    const start = this.#start(column)
    const stop = Math.min(this.#end(column), start + longestDecoded)
    let length = 0
    for (let at = start; at < stop; at++) {
      const byte =
        bytes[at] === 0x25 && at + 2 < stop
          ? Number.parseInt(bytes.toString('latin1', at + 1, at + 3), 16)
          : -1
      const isCode = byte >= 0x20 && byte < 0x7f
      this.#text[length++] = isCode ? byte : (bytes[at] as number)
      if (isCode) at += 2
    }
    this.#fields.given(key, this.#text, 0, length)
  }

  #status(bytes: Buffer, place: number): number {
    return this.#fields.statusOf(bytes, this.#start(place), this.#end(place))
  }

  #size(key: Buffer, bytes: Buffer, place: number): void {
    this.#fields.size(key, bytes, this.#start(place), this.#end(place))
  }

  #start(place: number): number {
    return this.#places[place * 2] as number
  }

  #end(place: number): number {
    return this.#places[place * 2 + 1] as number
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}
