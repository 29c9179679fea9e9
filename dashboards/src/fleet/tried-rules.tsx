import { useState } from 'react'
import type { RulesPreviewAnswer } from '../../../query/index.ts'
import { countOf, formatBytes, formatCount } from '../ui/format.ts'
import { Note } from '../ui/page.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { RecordChange } from './record-change.tsx'

type Rule = RulesPreviewAnswer['rules'][number]

/** What each rule did, and examples of the one that is chosen. */
export function TriedRules({ tried }: { tried: RulesPreviewAnswer }) {
  const { records, kept, bytesBefore, bytesAfter, complete, unreadable, rules } = tried
  const [chosen, setChosen] = useState(rules.find(({ examples }) => examples.length > 0)?.name)
  if (records === 0)
    return <Note>There are no such lines since then: choose a longer span, or another agent.</Note>
  const rule = rules.find(({ name }) => name === chosen)
  return (
    <>
      <p role="status">
        Of {countOf(records, 'line')} {formatCount(kept)} would be kept: {formatBytes(bytesBefore)} become{' '}
        {formatBytes(bytesAfter)}.
        {!complete && ' There are more lines since then: these are the first of them.'}
        {unreadable > 0 &&
          ` ${countOf(unreadable, 'record')} of the topic ${unreadable === 1 ? 'holds' : 'hold'} no lines.`}
      </p>
      <Table
        label="What each rule did"
        columns={columnsFor(records)}
        rows={rules}
        keyOf={({ name }) => name}
        current={chosen}
        onOpen={({ name }) => setChosen(name)}
      />
      {rule !== undefined && (
        <>
          <h2>What {rule.name} changes</h2>
          {rule.examples.length === 0 && (
            <Note>
              {rule.matched === 0
                ? 'Its condition holds for none of these lines.'
                : 'It leaves as they are all lines that its condition holds for.'}
            </Note>
          )}
          {rule.examples.map((example, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: examples have no other name, and stay in their order
            <RecordChange key={i} {...example} />
          ))}
        </>
      )}
    </>
  )
}

function columnsFor(records: number): Column<Rule>[] {
  const count = (title: string, of: (rule: Rule) => number): Column<Rule> => ({
    title,
    show: rule => formatCount(of(rule)),
    sort: of,
    align: 'right',
  })
  return [
    { title: 'Rule', show: ({ name }) => name, sort: ({ name }) => name },
    count('Matched', ({ matched }) => matched),
    count('Changed', ({ changed }) => changed),
    count('Left out', ({ dropped }) => dropped),
    {
      title: 'Saved',
      show: ({ bytesSaved }) =>
        bytesSaved < 0 ? `${formatBytes(-bytesSaved)} more` : formatBytes(bytesSaved),
      sort: ({ bytesSaved }) => bytesSaved,
      align: 'right',
    },
    {
      title: 'CPU a line',
      show: ({ cpuMs }) => `${((cpuMs * 1000) / records).toFixed(2)} µs`,
      sort: ({ cpuMs }) => cpuMs,
      align: 'right',
    },
  ]
}
