import { Route, Switch } from 'wouter'
import { pathPart } from '../ui/search-params.ts'
import { BoardList } from './board-list.tsx'
import { BoardPage } from './board-page.tsx'
import { ImportBoard } from './import-board.tsx'

/** Dashboards: all of them, one, and one that comes from Grafana. */
export function Boards() {
  return (
    <Switch>
      <Route path="/dashboards/import">
        <ImportBoard />
      </Route>
      <Route path="/dashboards/:name">{({ name }) => <BoardPage key={name} name={pathPart(1)} />}</Route>
      <Route>
        <BoardList />
      </Route>
    </Switch>
  )
}
