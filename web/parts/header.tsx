import { useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { Setting } from '../../src/dashboard/answers.ts'
import { usePageAddress } from '../address.ts'
import { useScope } from '../api.ts'
import { PAGES } from '../page-list.ts'
import { copyText } from './copy.ts'
import { useLive } from './live.tsx'

export function Header({ setting }: { readonly setting: Setting }) {
  const [path] = useLocation()
  const address = usePageAddress()
  return (
    <header className="top">
      <span className="brand" title={`fbads ${setting.version}, ${setting.warehouse.location}`}>
        fbads
      </span>
      <nav aria-label="Pages">
        {PAGES.map((page) => (
          <Link
            key={page.path}
            href={address(page.path)}
            aria-current={page.path === path ? 'page' : undefined}
          >
            {page.title}
          </Link>
        ))}
      </nav>
      <Activity />
      <CopyLink />
      <ThemeButton />
    </header>
  )
}

/** A sync that runs, or a stream that is lost. */
function Activity() {
  const { event, isConnected } = useLive()
  const sync = event?.sync
  const run = event?.run
  const text = !isConnected
    ? 'Live view paused, reconnecting'
    : sync?.isRunning
      ? `Syncing: ${sync.progress?.done ?? 0} of ${sync.progress?.planned ?? 0} slices`
      : run?.status === 'running'
        ? `Sync ${run.id}: ${run.loaded} slices loaded`
        : ''
  return (
    <span className="activity" role="status">
      {text}
    </span>
  )
}

type Theme = 'light' | 'dark'

function ThemeButton() {
  const [theme, setTheme] = useState<Theme>(currentTheme)
  const other = theme === 'dark' ? 'light' : 'dark'
  return (
    <button
      type="button"
      className="quiet"
      aria-label={`Use the ${other} theme`}
      title={`Use the ${other} theme`}
      onClick={() => {
        document.documentElement.dataset.theme = other
        localStorage.setItem('fbads-theme', other)
        setTheme(other)
      }}
    >
      {theme === 'dark' ? '☀' : '☾'}
    </button>
  )
}

function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'dark' || chosen === 'light') return chosen
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

/** A link that moves on with the days, or one that shows these days for ever. */
function CopyLink() {
  const scope = useScope()
  const [said, setSaid] = useState('')
  const menu = useRef<HTMLDetailsElement>(null)
  const copy = async (isFixed: boolean) => {
    const link = new URL(location.href)
    if (isFixed && scope.data) {
      link.searchParams.delete('range')
      link.searchParams.set('since', scope.data.data.since)
      link.searchParams.set('until', scope.data.data.until)
    }
    await copyText(link.href)
    menu.current?.removeAttribute('open')
    setSaid('Copied')
    setTimeout(() => setSaid(''), 2_000)
  }
  return (
    <details className="menu right" ref={menu}>
      <summary className="quiet">{said || 'Copy link'}</summary>
      <div className="menu-body">
        <button type="button" onClick={() => copy(false)}>
          This range, as days go by
        </button>
        <button type="button" onClick={() => copy(true)}>
          Exactly these days
        </button>
      </div>
    </details>
  )
}
