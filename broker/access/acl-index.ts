import { type Acl, operations, patternTypes, permissions, type resourceTypes, wildcard } from './acl.ts'
import type { Principal } from './principal.ts'

type Value<T> = T[keyof T]

/** What is asked about: may `principal` from `host` do `operation` to this? */
export interface Question {
  principal: Principal
  host: string
  operation: Value<typeof operations>
  resourceType: Value<typeof resourceTypes>
  resourceName: string
}

/** Operations that include another: who may READ may DESCRIBE (KIP-11). */
const includedIn: ReadonlyMap<number, readonly number[]> = new Map([
  [
    operations.DESCRIBE,
    [operations.DESCRIBE, operations.READ, operations.WRITE, operations.DELETE, operations.ALTER],
  ],
  [operations.DESCRIBE_CONFIGS, [operations.DESCRIBE_CONFIGS, operations.ALTER_CONFIGS]],
])

export type Verdict = 'allowed' | 'denied' | 'no-rule'

/**
 * Access rules, found by resource. A question costs one look-up per character of the resource's name at most, however
 * many rules there are.
 */
export class AclIndex {
  readonly #literal = new Map<string, Acl[]>()
  readonly #prefixed = new Map<string, Acl[]>()
  readonly #byType = new Map<number, Acl[]>()

  constructor(acls: Iterable<Acl>) {
    for (const acl of acls) {
      const byName = acl.patternType === patternTypes.PREFIXED ? this.#prefixed : this.#literal
      push(byName, keyOf(acl.resourceType, acl.resourceName), acl)
      push(this.#byType, acl.resourceType, acl)
    }
  }

  /** A denial outweighs everything; `no-rule` where no rule speaks of the resource at all. */
  judge(question: Question): Verdict {
    const rules = this.#rulesFor(question.resourceType, question.resourceName)
    if (rules.length === 0) return 'no-rule'
    const applying = rules.filter(acl => isAbout(acl, question))
    if (applying.some(acl => acl.permissionType === permissions.DENY && isDenied(acl, question)))
      return 'denied'
    const isAllowed = applying.some(
      acl => acl.permissionType === permissions.ALLOW && isIncluded(acl, question),
    )
    return isAllowed ? 'allowed' : 'denied'
  }

  /** Whether there is any resource of the type that may be done this to (KIP-679). */
  mayAny(question: Omit<Question, 'resourceName'>): boolean {
    const rules = (this.#byType.get(question.resourceType) ?? []).filter(acl => isAbout(acl, question))
    const denials = rules.filter(acl => acl.permissionType === permissions.DENY && isDenied(acl, question))
    const isDeniedAll = denials.some(
      acl => acl.resourceName === wildcard && acl.patternType === patternTypes.LITERAL,
    )
    if (isDeniedAll) return false
    return rules.some(
      acl =>
        acl.permissionType === permissions.ALLOW &&
        isIncluded(acl, question) &&
        !denials.some(denial => covers(denial, acl)),
    )
  }

  #rulesFor(resourceType: number, name: string): Acl[] {
    const found = [
      ...(this.#literal.get(keyOf(resourceType, name)) ?? []),
      ...(this.#literal.get(keyOf(resourceType, wildcard)) ?? []),
    ]
    if (this.#prefixed.size > 0)
      for (let length = 1; length <= name.length; length++)
        found.push(...(this.#prefixed.get(keyOf(resourceType, name.slice(0, length))) ?? []))
    return found
  }
}

function isAbout(acl: Acl, { principal, host }: Pick<Question, 'principal' | 'host'>): boolean {
  const isPrincipal = acl.principal === principal || acl.principal === `User:${wildcard}`
  return isPrincipal && (acl.host === wildcard || acl.host === host)
}

function isDenied(acl: Acl, { operation }: Pick<Question, 'operation'>): boolean {
  return acl.operation === operations.ALL || acl.operation === operation
}

function isIncluded(acl: Acl, { operation }: Pick<Question, 'operation'>): boolean {
  return (
    acl.operation === operations.ALL || (includedIn.get(operation) ?? [operation]).includes(acl.operation)
  )
}

/** Whether a denial takes away all that a permission gives. */
function covers(denial: Acl, acl: Acl): boolean {
  if (denial.patternType === patternTypes.PREFIXED) return acl.resourceName.startsWith(denial.resourceName)
  return acl.patternType === patternTypes.LITERAL && denial.resourceName === acl.resourceName
}

function keyOf(resourceType: number, name: string): string {
  return `${resourceType} ${name}`
}

function push<K>(map: Map<K, Acl[]>, key: K, acl: Acl): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [acl])
  else list.push(acl)
}
