import { Route, Switch, useLocation } from 'wouter'
import { Page } from '../ui/page.tsx'
import { pathPart } from '../ui/search-params.ts'
import { Tabs } from '../ui/tabs.tsx'
import { Unknown } from '../ui/unknown.tsx'
import { GroupView } from './group-view.tsx'
import { Groups } from './groups.tsx'
import { Security } from './security.tsx'
import { TopicView } from './topic-view.tsx'
import { Topics } from './topics.tsx'
import { Transactions } from './transactions.tsx'

const tabs = [
  { name: 'topics', title: 'Topics' },
  { name: 'groups', title: 'Groups' },
  { name: 'transactions', title: 'Transactions' },
  { name: 'access', title: 'Access and quotas' },
] as const

type Tab = (typeof tabs)[number]['name']

/** What lies in the topics, who reads it, and who may. */
export function Streams() {
  return (
    <Switch>
      <Route path="/streams/topics/:name">{({ name }) => <TopicView key={name} name={pathPart(2)} />}</Route>
      <Route path="/streams/groups/:name">{({ name }) => <GroupView key={name} name={pathPart(2)} />}</Route>
      {tabs.map(({ name }) => (
        <Route key={name} path={`/streams/${name}`}>
          <Lists tab={name} />
        </Route>
      ))}
      <Route path="/streams">
        <Lists tab="topics" />
      </Route>
      <Route>
        <Unknown view="Streams" address="/streams" />
      </Route>
    </Switch>
  )
}

function Lists({ tab }: { tab: Tab }) {
  const [, navigate] = useLocation()
  return (
    <Page title="Streams">
      <Tabs
        label="Views of streams"
        tabs={tabs}
        current={tab}
        onChange={name => navigate(name === 'topics' ? '/streams' : `/streams/${name}`)}
      >
        {tab === 'topics' && <Topics />}
        {tab === 'groups' && <Groups />}
        {tab === 'transactions' && <Transactions />}
        {tab === 'access' && <Security />}
      </Tabs>
    </Page>
  )
}
