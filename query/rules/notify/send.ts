import { createTransport } from 'nodemailer'
import type { Alerting, Receiver } from '../config.ts'
import type { Notification } from './dispatch.ts'
import { fingerprintOf, linesOf, linkOf, titleOf, webhookBody } from './message.ts'

const timeoutMs = 10_000
/** Slack and PagerDuty take a few kilobytes. */
const maxTextLength = 3_000

type Send = (notification: Notification, externalUrl: string) => Promise<void>

/** Tells a receiver by all its ways; each is tried, and what fails is answered. */
export async function sendTo(
  receiver: Receiver,
  notification: Notification,
  { externalUrl }: Pick<Alerting, 'externalUrl'>,
) {
  const ways = waysOf(receiver)
  const results = await Promise.allSettled(ways.map(({ send }) => send(notification, externalUrl)))
  return results.flatMap((result, i) =>
    result.status === 'rejected' ? [`${ways[i]?.name}: ${String((result.reason as Error).message)}`] : [],
  )
}

/** One line a way. */
function waysOf({ webhook, slack, pagerduty, email }: Receiver): { name: string; send: Send }[] {
  return [
    ...webhook.map(own => ({ name: 'webhook', send: byWebhook(own) })),
    ...slack.map(own => ({ name: 'slack', send: bySlack(own) })),
    ...pagerduty.map(own => ({ name: 'pagerduty', send: byPagerDuty(own) })),
    ...email.map(own => ({ name: 'email', send: byEmail(own) })),
  ]
}

function byWebhook({ url, token }: Receiver['webhook'][number]): Send {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  return (notification, externalUrl) => post(url, webhookBody(notification, externalUrl), headers)
}

/** Source: Slack, incoming webhooks. */
function bySlack({ url, channel }: Receiver['slack'][number]): Send {
  return (notification, externalUrl) =>
    post(url, {
      ...(channel === undefined ? {} : { channel }),
      text: titleOf(notification),
      attachments: [
        {
          color: notification.firing.length > 0 ? 'danger' : 'good',
          title: titleOf(notification),
          title_link: linkOf(externalUrl, notification),
          text: linesOf(notification).join('\n').slice(0, maxTextLength),
        },
      ],
    })
}

/** Source: PagerDuty Events API v2. */
function byPagerDuty({ url, routingKey, severity }: Receiver['pagerduty'][number]): Send {
  return (notification, externalUrl) => {
    const isFiring = notification.firing.length > 0
    const { key, groupLabels } = notification
    return post(url, {
      routing_key: routingKey,
      event_action: isFiring ? 'trigger' : 'resolve',
      dedup_key: fingerprintOf({ key }),
      client: 'Millrace',
      client_url: linkOf(externalUrl, notification),
      payload: {
        summary: titleOf(notification).slice(0, 1024),
        source: groupLabels['service'] ?? groupLabels['instance'] ?? 'millrace',
        severity,
        custom_details: { alerts: linesOf(notification).join('\n').slice(0, maxTextLength) },
      },
    })
  }
}

function byEmail({ to, from, server, user, password, tls }: Receiver['email'][number]): Send {
  const [host = '', port = '25'] = server.split(':')
  const auth = user === undefined ? {} : { auth: { user, pass: password ?? '' } }
  const transport = createTransport({
    host,
    port: Number(port),
    secure: tls === 'tls',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...auth,
  })
  return async (notification, externalUrl) => {
    const text = [...linesOf(notification), '', linkOf(externalUrl, notification)].join('\n')
    try {
      await transport.sendMail({ from, to, subject: titleOf(notification), text })
    } finally {
      transport.close()
    }
  }
}

export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`answered ${answer.status} ${text.slice(0, 200)}`.trim())
}
