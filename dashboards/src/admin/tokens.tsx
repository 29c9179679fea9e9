import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MadeTokenAnswer, TokensAnswer } from '../../../query/index.ts'
import { getTokens, revokeToken } from '../api/admin.ts'
import { Confirm } from '../ui/confirm.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Loading } from '../ui/loading.tsx'
import { Note, Section } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { type Times, useTimes } from '../ui/times.ts'
import { NewToken } from './new-token.tsx'

type Token = TokensAnswer['tokens'][number]

/** Who may ask. */
export function Tokens() {
  const times = useTimes()
  const [made, setMade] = useState<MadeTokenAnswer>()
  const { data, error, refetch } = useQuery({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => getTokens(signal),
  })
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="tokens" />
  return (
    <Section>
      {data.auth === 'none' && (
        <p>
          Nobody is asked for a token now: <code>query.auth: token</code> in millrace.yaml changes that.
        </p>
      )}
      <NewToken
        onMade={answer => {
          setMade(answer)
          void refetch()
        }}
      />
      {data.tokens.length === 0 ? (
        <Note>There are no tokens yet.</Note>
      ) : (
        <Table
          label="Tokens"
          columns={columnsOf(times, () => void refetch())}
          rows={data.tokens}
          keyOf={({ id }) => id}
        />
      )}
      {made !== undefined && (
        <Dialog title={`The token ${made.token.name}`} onClose={() => setMade(undefined)}>
          <p>It is shown this once and kept nowhere:</p>
          <p>
            <code>{made.secret}</code>
          </p>
          <CopyButton text={made.secret}>Copy</CopyButton>
        </Dialog>
      )}
    </Section>
  )
}

function columnsOf(times: Times, onRevoked: () => void): Column<Token>[] {
  const time = (iso: string | null, otherwise: string) =>
    iso === null ? otherwise : times.dateTime(Date.parse(iso))
  return [
    { title: 'Name', show: token => token.name, sort: token => token.name, about: true },
    { title: 'May', show: token => token.scopes.join(', ') },
    { title: 'Tenants', show: token => token.tenants.map(name => (name === '*' ? 'all' : name)).join(', ') },
    { title: 'Made', show: token => time(token.created, ''), sort: token => token.created },
    { title: 'Last used', show: token => time(token.lastUsed, 'never'), sort: token => token.lastUsed ?? '' },
    { title: 'Expires', show: token => time(token.expires, 'never'), sort: token => token.expires ?? '9' },
    {
      title: '',
      show: token => (
        <Confirm
          action="Revoke"
          title={`Revoke ${token.name}?`}
          onConfirm={() => revokeToken(token.id)}
          onDone={onRevoked}
        >
          <p>Whoever uses it is refused from the next request on.</p>
        </Confirm>
      ),
    },
  ]
}
