import { type ReactNode, useEffect, useRef } from 'react'
import { useGo, usePageAddress } from '../address.ts'
import { PAGES } from '../page-list.ts'

const HELP: readonly (readonly [string, string])[] = [
  ...PAGES.map(({ key, title }) => [`g ${key}`, title] as const),
  ['d', 'Dates'],
  ['c', 'Comparison'],
  ['/', 'Search campaigns'],
  ['?', 'This list'],
]

/** Keys for those who want no mouse; returns the list of them, which `?` opens. */
export function useShortcuts(): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null)
  const address = usePageAddress()
  const go = useGo()
  const isAfterG = useRef(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event
      const isTyping = target instanceof HTMLElement && /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName)
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return
      const page = isAfterG.current ? PAGES.find(({ key }) => key === event.key) : undefined
      isAfterG.current = event.key === 'g'
      if (page) return go(address(page.path))
      if (event.key === '?') return dialog.current?.showModal()
      const focus = (selector: string) => {
        const found = document.querySelector<HTMLElement>(selector)
        if (!found) return
        event.preventDefault()
        found.closest('details')?.setAttribute('open', '')
        found.focus()
      }
      if (event.key === 'd') focus('#filter-range')
      if (event.key === 'c') focus('#filter-comparison')
      if (event.key === '/')
        focus(document.querySelector('#table-search') ? '#table-search' : '#filter-campaign')
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [address, go])
  return (
    <dialog ref={dialog} aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl className="keys">
        {HELP.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  )
}
