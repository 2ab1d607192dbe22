import { useEffect } from 'react'
import { Route, Switch, useLocation, useSearch } from 'wouter'
import { ApiError, useScope, useSetting } from './api.ts'
import { PAGES } from './page-list.ts'
import Audience from './pages/audience.tsx'
import Campaigns from './pages/campaigns.tsx'
import Conversions from './pages/conversions.tsx'
import Health from './pages/health.tsx'
import Overview from './pages/overview.tsx'
import Words from './pages/words.tsx'
import { ErrorBoundary } from './parts/error-boundary.tsx'
import { FilterBar } from './parts/filter-bar.tsx'
import { Header } from './parts/header.tsx'
import { LiveProvider } from './parts/live.tsx'
import { Notes } from './parts/notes.tsx'
import { useShortcuts } from './parts/shortcuts.tsx'
import { FirstTime, Trouble } from './parts/states.tsx'

export function App() {
  const setting = useSetting()
  const [path] = useLocation()
  const search = useSearch()
  const help = useShortcuts()
  useEffect(() => {
    document.title = `${PAGES.find((page) => page.path === path)?.title ?? 'Not found'} · fbads`
  }, [path])

  if (setting.data === undefined) {
    const { error, failureReason } = setting
    const trouble = error ?? failureReason
    if (trouble instanceof ApiError && trouble.kind === 'no-warehouse')
      return <FirstTime message={trouble.message} />
    return trouble ? <Trouble error={trouble} /> : <main className="waiting" aria-busy="true" />
  }
  return (
    <LiveProvider>
      <a className="skip" href="#main">
        To the content
      </a>
      <Header setting={setting.data} />
      {path !== '/words' && <FilterBar setting={setting.data} />}
      <main id="main" tabIndex={-1}>
        {path !== '/words' && <Scoped />}
        <ErrorBoundary address={`${path}?${search}`}>
          <Switch>
            <Route path="/" component={Overview} />
            <Route path="/campaigns" component={Campaigns} />
            <Route path="/audience" component={Audience} />
            <Route path="/conversions" component={Conversions} />
            <Route path="/health" component={Health} />
            <Route path="/words" component={Words} />
            <Route>
              <section className="message">
                <h1>There is no such page</h1>
                <p>
                  <a href="/">To the overview</a>
                </p>
              </section>
            </Route>
          </Switch>
        </ErrorBoundary>
      </main>
      {help}
    </LiveProvider>
  )
}

/** What must be known of the filter before any figure is read. */
function Scoped() {
  const scope = useScope()
  return scope.data ? <Notes scope={scope.data.data} /> : null
}
