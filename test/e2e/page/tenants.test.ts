import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../stack.ts'
import { accessFaults, isPageMissing, type PageScene, startPageScene } from './scene.ts'

describe.skipIf(isPageMissing)('the page of several tenants', { timeout: 60_000 }, () => {
  let scene: PageScene
  const secrets: Record<string, string> = {}
  const create = async (name: string, ...more: string[]) => {
    const made = await run(['tokens', 'create', name, ...more, ...scene.stack.arguments])
    expect(made.code, made.stderr).toBe(0)
    secrets[name] = made.stdout.trim()
  }
  const logIn = async (name: string) => {
    const page = await scene.open('/explore')
    await page.getByLabel('Token').fill(secrets[name] ?? '')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByLabel('Query', { exact: true }).waitFor()
    return page
  }
  beforeAll(async () => {
    scene = await startPageScene(['query.auth=token'])
    await create('both', '--tenants', 'acme,shop', '--scopes', 'admin')
    await create('all', '--tenants', '*', '--scopes', 'admin')
    await create('one', '--tenants', 'shop')
  }, 120_000)
  afterAll(() => scene?.close(), 60_000)

  it('asks about the one that is chosen, and keeps queries of each for itself', async () => {
    const page = await logIn('both')
    await page.getByLabel('Query', { exact: true }).fill('of acme')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Tenant: acme' }).click()
    expect(await accessFaults(page)).toEqual([])
    await page.getByRole('dialog', { name: 'Tenant: acme' }).getByRole('button', { name: 'shop' }).click()
    await page.getByRole('button', { name: 'Tenant: shop' }).waitFor()
    expect(new URL(page.url()).searchParams.get('query')).toBe('of acme')
    const asked = await page.evaluate<string>(
      "fetch('/api/session').then(answer => answer.json()).then(session => session.tenant)",
    )
    expect(asked).toBe('shop')
    await page.goto(`${scene.stack.url}/explore`)
    await page.getByRole('button', { name: 'Saved and recent queries' }).click()
    await page.getByText('Queries that you ask are kept here.').waitFor()
  })

  it('names the tenant in every address, so that a link opens there, whatever was chosen last', async () => {
    const page = await logIn('both')
    const tenantAt = () => new URL(page.url()).searchParams.get('tenant')
    await page.waitForURL(/tenant=acme/)
    const link = page.url()
    await page.getByRole('button', { name: 'Tenant: acme' }).click()
    await page.getByRole('dialog', { name: 'Tenant: acme' }).getByRole('button', { name: 'shop' }).click()
    await page.waitForURL(/tenant=shop/)
    await page.getByRole('link', { name: 'Metrics' }).click()
    await page.getByRole('heading', { level: 1, name: 'Metrics' }).waitFor()
    expect(tenantAt()).toBe('shop')
    expect(await page.getByRole('link', { name: 'Fleet' }).getAttribute('href')).toBe('/fleet?tenant=shop')
    const asked = page.waitForRequest(request => request.url().includes('/api/logs?'))
    await page.goto(link)
    expect(new URL((await asked).url()).searchParams.get('tenant')).toBe('acme')
    await page.getByRole('button', { name: 'Tenant: acme' }).waitFor()
  })

  it('says that a link is of a tenant which the token is not for, and leads to its own', async () => {
    const page = await logIn('one')
    await page.goto(`${scene.stack.url}/explore?query=x&tenant=acme`)
    await page.getByRole('heading', { name: 'This address is of the tenant acme' }).waitFor()
    expect(await accessFaults(page)).toEqual([])
    await page.getByRole('link', { name: 'see the same of shop' }).click()
    await page.getByLabel('Query', { exact: true }).waitFor()
    expect(new URL(page.url()).search).toBe('?query=x&tenant=shop')
  })

  it('takes any name where the token is for all, and none where it is for one', async () => {
    const page = await logIn('all')
    await page.getByRole('button', { name: 'Tenant: default' }).click()
    await page.getByLabel('Another tenant').fill('nobody yet')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Tenant: nobody yet' }).waitFor()
    const one = await logIn('one')
    expect(await one.getByRole('button', { name: /^Tenant/ }).count()).toBe(0)
    await one.getByRole('heading', { name: 'No lines here' }).waitFor()
    await one.getByRole('button', { name: 'Copy' }).first().waitFor()
    expect(scene.errors).toEqual([])
  })

  it('is told by the command line, by an option or the environment', async () => {
    const ask = (...more: string[]) =>
      run(['labels', '--token', secrets['both'] ?? '', ...more, ...scene.stack.arguments])
    expect(await ask()).toMatchObject({ code: 2, stderr: expect.stringContaining('--tenant') as string })
    expect((await ask('--tenant', 'shop')).code).toBe(0)
    expect(await ask('--tenant', 'other')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not for the tenant other') as string,
    })
  })
})
