import { useLocation, useRoute } from 'wouter'
import { Page } from '../ui/page.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Unknown } from '../ui/unknown.tsx'
import { ContactPoints } from './contact-points.tsx'
import { History } from './history.tsx'
import { NowFiring } from './now-firing.tsx'
import { RuleEditor } from './rule-editor.tsx'
import { Rules } from './rules.tsx'
import { Silences } from './silences.tsx'

const tabs = [
  { name: 'firing', title: 'Alerts' },
  { name: 'rules', title: 'Rules' },
  { name: 'history', title: 'History' },
  { name: 'silences', title: 'Silences' },
  { name: 'contacts', title: 'Contact points' },
  { name: 'editor', title: 'Write a rule' },
] as const

/** What is wrong now, what was, who hears of it, and what a new rule would have said. */
export function Alerts() {
  const [isHere, parameters] = useRoute('/alerts/:tab?')
  const [, navigate] = useLocation()
  const current = tabs.find(({ name }) => name === (parameters?.tab ?? 'firing'))?.name
  if (!isHere || current === undefined) return <Unknown view="Alerts" address="/alerts" />
  return (
    <Page title="Alerts">
      <Tabs
        label="Views of alerts"
        tabs={tabs}
        current={current}
        onChange={name => navigate(name === 'firing' ? '/alerts' : `/alerts/${name}`)}
      >
        {current === 'firing' && <NowFiring />}
        {current === 'rules' && <Rules />}
        {current === 'history' && <History />}
        {current === 'silences' && <Silences />}
        {current === 'contacts' && <ContactPoints />}
        {current === 'editor' && <RuleEditor />}
      </Tabs>
    </Page>
  )
}
