import type { ClickHouseClient } from '@clickhouse/client'
import { expect, it } from 'vitest'
import { plainForm } from '../../store/form/form.ts'
import { untilGone } from './going.ts'

/** A store that answers these, one after the other, and the last one for ever. */
function storeWith(...answers: { parts: number; why: string }[]): ClickHouseClient {
  let asked = 0
  const query = () => {
    const found = answers[Math.min(asked++, answers.length - 1)]
    return { json: () => [{ all: found?.parts === 0 ? 0 : 1, ...found }] }
  }
  return { query } as unknown as ClickHouseClient
}

it('lines on their way out are waited for, also where a try failed and the engine goes on', async () => {
  const why = 'memory limit exceeded'
  const store = storeWith({ parts: 9, why: '' }, { parts: 9, why }, { parts: 7, why }, { parts: 0, why: '' })
  await untilGone(store, plainForm, 400)
})

it('lines that the store cannot take out are a failure that says why', async () => {
  const store = storeWith({ parts: 9, why: 'no such function\nat …' })
  await expect(untilGone(store, plainForm, 400)).rejects.toMatchObject({
    code: 'DELETE_FAILED',
    message: 'the store cannot take lines out: no such function',
  })
})
