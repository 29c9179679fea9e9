import { errorCodes } from '../../lib/kafka/index.ts'
import { type Member, metadataOf, supports } from './member.ts'
import { type Effect, type JoinOutcome, joinRefused, syncRefused } from './outcomes.ts'

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead'

/**
 * A classic consumer group: who is in it and how far its rebalance is. A state machine without I/O: operations (here
 * and in joining.ts, syncing.ts) take the time, change the group and leave effects behind, which the
 * coordinator carries out. Behaves as Kafka's GroupMetadataManager.
 *
 *   Empty → PreparingRebalance (waiting for joins) → CompletingRebalance (waiting for the leader) → Stable
 */
export class ClassicGroup {
  readonly type = 'classic'
  readonly id: string
  state: GroupState = 'Empty'
  generation = 0
  protocolType: string | null = null
  protocol: string | null = null
  leaderId: string | null = null
  stateSinceMs: number
  readonly members = new Map<string, Member>()
  /** Member ids by instance id. */
  readonly staticMembers = new Map<string, string>()
  /** Ids handed out that have not joined yet (KIP-394), with the time at which they lapse. */
  readonly pending = new Map<string, number>()
  /** The join phase ends here at the latest. */
  joinUntilMs = Number.POSITIVE_INFINITY
  /** Who has not asked for an assignment by then is put out. */
  syncUntilMs = Number.POSITIVE_INFINITY
  /** First joins of an empty group: the phase lasts a while for more members, up to this time. */
  initialUntilMs: number | undefined
  hasNewMember = false
  readonly #initialDelayMs: number
  readonly #maxSize: number
  #effects: Effect[] = []

  constructor(id: string, nowMs: number, initialDelayMs: number, maxSize = Number.POSITIVE_INFINITY) {
    this.id = id
    this.stateSinceMs = nowMs
    this.#initialDelayMs = initialDelayMs
    this.#maxSize = maxSize
  }

  takeEffects(): Effect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  effect(effect: Effect): void {
    this.#effects.push(effect)
  }

  enter(state: GroupState, nowMs: number): void {
    this.state = state
    this.stateSinceMs = nowMs
  }

  add(member: Member): void {
    this.members.set(member.memberId, member)
    if (member.instanceId !== null) this.staticMembers.set(member.instanceId, member.memberId)
    this.leaderId ??= member.memberId
  }

  /** Takes a member out; what of it waits here is answered with the code. */
  remove(member: Member, errorCode: number): void {
    this.answerJoin(member, joinRefused(errorCode, member.memberId))
    if (member.syncToken !== undefined)
      this.effect({ type: 'sync', token: member.syncToken, outcome: syncRefused(errorCode) })
    member.syncToken = undefined
    this.members.delete(member.memberId)
    if (member.instanceId !== null && this.staticMembers.get(member.instanceId) === member.memberId)
      this.staticMembers.delete(member.instanceId)
    if (this.leaderId === member.memberId) this.leaderId = this.members.keys().next().value ?? null
  }

  answerJoin(member: Member, outcome: JoinOutcome): void {
    if (member.joinToken === undefined) return
    this.effect({ type: 'join', token: member.joinToken, outcome })
    member.joinToken = undefined
  }

  /** How the present generation looks to a member. */
  joinOutcome(member: Member): JoinOutcome {
    const isLeader = member.memberId === this.leaderId
    return {
      errorCode: errorCodes.NONE,
      generation: this.generation,
      protocolType: this.protocolType,
      protocol: this.protocol,
      leaderId: this.leaderId ?? '',
      memberId: member.memberId,
      members: isLeader ? this.memberList() : [],
      skipAssignment: false,
    }
  }

  memberList(): JoinOutcome['members'] {
    return [...this.members.values()].map(({ memberId, instanceId, ...rest }) => ({
      memberId,
      instanceId,
      metadata: metadataOf({ memberId, instanceId, ...rest }, this.protocol),
    }))
  }

  /** Whether members of this kind can be in the group: same type, and a protocol that all have. */
  supportsProtocols(protocolType: string, names: readonly string[]): boolean {
    if (protocolType === '' || names.length === 0) return false
    if (this.members.size === 0) return true
    return protocolType === this.protocolType && names.some(name => this.#isCommon(name))
  }

  /** Whether there is room for a member (Kafka's group.max.size); who waits for a rebalance has a place already. */
  accepts(memberId: string): boolean {
    const known = this.members.get(memberId)
    if (this.state === 'Empty' || this.state === 'Dead') return true
    if (this.state !== 'PreparingRebalance') return known !== undefined || this.members.size < this.#maxSize
    if (known?.joinToken !== undefined) return true
    let waiting = 0
    for (const { joinToken } of this.members.values()) if (joinToken !== undefined) waiting++
    return waiting < this.#maxSize
  }

  /** Begins a rebalance, unless one is waiting for joins already. */
  rebalance(nowMs: number): void {
    if (this.state === 'PreparingRebalance') {
      this.completeIfAllJoined(nowMs)
      return
    }
    if (this.state === 'CompletingRebalance') this.#interruptSync()
    const isFirst = this.state === 'Empty' && this.#initialDelayMs > 0
    this.enter('PreparingRebalance', nowMs)
    this.syncUntilMs = Number.POSITIVE_INFINITY
    const timeoutMs = this.rebalanceTimeoutMs
    this.joinUntilMs = nowMs + (isFirst ? Math.min(this.#initialDelayMs, timeoutMs) : timeoutMs)
    this.initialUntilMs = isFirst ? nowMs + timeoutMs : undefined
    this.hasNewMember = false
    this.completeIfAllJoined(nowMs)
  }

  completeIfAllJoined(nowMs: number): void {
    if (this.state !== 'PreparingRebalance' || this.initialUntilMs !== undefined) return
    if (this.pending.size > 0) return
    for (const member of this.members.values()) if (member.joinToken === undefined) return
    this.#completeJoin(nowMs)
  }

  get rebalanceTimeoutMs(): number {
    let largest = 0
    for (const member of this.members.values()) largest = Math.max(largest, member.rebalanceTimeoutMs)
    return largest
  }

  /** When `tick` next has something to do, as far as is known. */
  get nextDeadlineMs(): number {
    let next = Math.min(this.joinUntilMs, this.syncUntilMs)
    for (const expiresAtMs of this.pending.values()) next = Math.min(next, expiresAtMs)
    for (const member of this.members.values())
      if (!isWaiting(member)) next = Math.min(next, member.expiresAtMs)
    return next
  }

  /** Lets time do its work: lapsed ids, ended sessions, the ends of the join and sync phases. */
  tick(nowMs: number): void {
    for (const [memberId, expiresAtMs] of this.pending)
      if (expiresAtMs <= nowMs) this.pending.delete(memberId)
    this.evict(member => !isWaiting(member) && member.expiresAtMs <= nowMs, nowMs)
    if (this.syncUntilMs <= nowMs) {
      this.syncUntilMs = Number.POSITIVE_INFINITY
      this.evict(member => member.owesSync, nowMs)
    }
    this.completeIfAllJoined(nowMs)
    if (this.joinUntilMs <= nowMs && this.state === 'PreparingRebalance') this.#endJoinPhase(nowMs)
  }

  /** Puts members out; a rebalance follows where one went. */
  evict(isDue: (member: Member) => boolean, nowMs: number): void {
    const due = [...this.members.values()].filter(isDue)
    if (due.length === 0) return
    for (const member of due) this.remove(member, errorCodes.UNKNOWN_MEMBER_ID)
    this.rebalance(nowMs)
  }

  #endJoinPhase(nowMs: number): void {
    const initialUntilMs = this.initialUntilMs ?? 0
    if (this.hasNewMember && nowMs < initialUntilMs) {
      this.hasNewMember = false
      this.joinUntilMs = Math.min(nowMs + this.#initialDelayMs, initialUntilMs)
      return
    }
    this.#completeJoin(nowMs)
  }

  /** The join phase is over: who has not come is out (static members keep their place), a new generation begins. */
  #completeJoin(nowMs: number): void {
    for (const member of [...this.members.values()])
      if (member.joinToken === undefined && member.instanceId === null)
        this.remove(member, errorCodes.UNKNOWN_MEMBER_ID)
    if (this.members.size > 0 && !this.#hasJoinedLeader()) {
      this.joinUntilMs = nowMs + this.rebalanceTimeoutMs
      return
    }
    this.joinUntilMs = Number.POSITIVE_INFINITY
    this.initialUntilMs = undefined
    this.generation = this.generation === 0x7fff_ffff ? 0 : this.generation + 1
    if (this.members.size === 0) this.#becomeEmpty(nowMs)
    else this.#beginSync(nowMs)
  }

  #becomeEmpty(nowMs: number): void {
    this.protocol = null
    this.leaderId = null
    this.enter('Empty', nowMs)
    this.effect({ type: 'store', generation: this.generation })
  }

  #beginSync(nowMs: number): void {
    this.protocol = this.selectProtocol()
    this.enter('CompletingRebalance', nowMs)
    this.syncUntilMs = nowMs + this.rebalanceTimeoutMs
    for (const member of this.members.values()) {
      member.expiresAtMs = nowMs + member.sessionTimeoutMs
      if (member.joinToken === undefined) continue
      member.owesSync = true
      this.answerJoin(member, this.joinOutcome(member))
    }
  }

  #hasJoinedLeader(): boolean {
    const leader = this.leaderId === null ? undefined : this.members.get(this.leaderId)
    if (leader?.joinToken !== undefined) return true
    const joined = [...this.members.values()].find(member => member.joinToken !== undefined)
    if (joined === undefined) return false
    this.leaderId = joined.memberId
    return true
  }

  #interruptSync(): void {
    for (const member of this.members.values()) {
      member.assignment = Buffer.alloc(0)
      member.owesSync = false
      if (member.syncToken === undefined) continue
      const outcome = syncRefused(errorCodes.REBALANCE_IN_PROGRESS)
      this.effect({ type: 'sync', token: member.syncToken, outcome })
      member.syncToken = undefined
    }
  }

  /** Every member votes for the first of its protocols that all have. */
  selectProtocol(): string {
    const votes = new Map<string, number>()
    for (const member of this.members.values()) {
      const choice = member.protocols.find(p => this.#isCommon(p.name))?.name
      if (choice !== undefined) votes.set(choice, (votes.get(choice) ?? 0) + 1)
    }
    return [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best), ['', 0])[0]
  }

  #isCommon(name: string): boolean {
    for (const member of this.members.values()) if (!supports(member, name)) return false
    return true
  }
}

/** A member whose request waits with us is alive: it is we who keep it waiting. */
function isWaiting(member: Member): boolean {
  return member.joinToken !== undefined || member.syncToken !== undefined
}
