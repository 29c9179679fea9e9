/** Who a request comes from, as Kafka writes it: `User:ada`. */
export type Principal = string

export const anonymous: Principal = 'User:ANONYMOUS'

export function userPrincipal(name: string): Principal {
  return `User:${name}`
}

/** Kafka's default for mutual TLS: the certificate's distinguished name by RFC 2253, most specific part first. */
export function certificatePrincipal(subject: string): Principal {
  const parts = subject.split('\n').filter(part => part !== '')
  return userPrincipal(parts.reverse().map(escapePart).join(','))
}

/** RFC 2253, section 2.4: characters that would end a value or be lost. */
function escapePart(part: string): string {
  const at = part.indexOf('=')
  const value = part
    .slice(at + 1)
    .replace(/[,+"\\<>;]/g, '\\$&')
    .replace(/^[# ]/, '\\$&')
    .replace(/(?<!\\) $/, '\\ ')
  return `${part.slice(0, at)}=${value}`
}
