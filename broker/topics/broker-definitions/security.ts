import { long } from '../config-values.ts'
import { anything, fixed, kinds, settable } from './define.ts'

/** Who comes in, and what they may do. */
export const securityConfigs = [
  fixed(
    'authorizer.class.name',
    kinds.string,
    '',
    b => (b.authorization.enabled ? 'org.apache.kafka.metadata.authorizer.StandardAuthorizer' : ''),
    "Says who may do what: access rules with this class's meaning (broker.authorization.enabled).",
  ),
  fixed(
    'sasl.enabled.mechanisms',
    kinds.list,
    'GSSAPI',
    b => [...new Set([b, ...b.listeners].flatMap(({ sasl }) => sasl))].join(','),
    'Mechanisms by which clients may say who they are, of all listeners together (sasl of each).',
  ),
  fixed(
    'sasl.server.max.receive.size',
    kinds.int,
    '524288',
    () => 524_288,
    'Largest request of someone who has not said yet who it is.',
  ),
  fixed(
    'connections.max.reauth.ms',
    kinds.long,
    '0',
    () => 0,
    'When clients have to say again who they are; never, but for those that came by a token that ends.',
  ),
  fixed(
    'connection.failed.authentication.delay.ms',
    kinds.int,
    '100',
    () => 100,
    'How long a failed authentication is kept to itself.',
  ),
  fixed(
    'ssl.client.auth',
    kinds.string,
    'none',
    b => b.tls?.clientAuth ?? 'none',
    'Whether clients of the main listener show a certificate (broker.tls.clientAuth).',
  ),
  {
    ...settable(
      'delegation.token.secret.key',
      anything(kinds.password),
      null,
      'Secret from which the passwords of delegation tokens are made; without one there are none.',
    ),
    isSensitive: true,
  },
  settable(
    'delegation.token.max.lifetime.ms',
    long(1),
    '604800000',
    'How long a token may be renewed from its creation on.',
  ),
  settable(
    'delegation.token.expiry.time.ms',
    long(1),
    '86400000',
    'How long a token lives without being renewed.',
  ),
  settable(
    'delegation.token.expiry.check.interval.ms',
    long(1),
    '3600000',
    'How often tokens that have ended are removed.',
  ),
]
