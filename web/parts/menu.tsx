import { type ReactNode, useEffect, useRef } from 'react'

interface MenuProps {
  readonly label: string
  /** What is chosen. */
  readonly value: string
  readonly children: ReactNode
  readonly className?: string
}

/** A button that opens a small panel; a click elsewhere or Escape closes it. */
export function Menu({ label, value, children, className = '' }: MenuProps) {
  const menu = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const close = (event: Event) => {
      const { current } = menu
      if (!current?.open) return
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return
        if (current.contains(document.activeElement)) current.querySelector('summary')?.focus()
      } else if (event.target instanceof Node && current.contains(event.target)) return
      current.open = false
    }
    addEventListener('pointerdown', close)
    addEventListener('keydown', close)
    return () => {
      removeEventListener('pointerdown', close)
      removeEventListener('keydown', close)
    }
  }, [])
  return (
    <details className={`menu ${className}`} ref={menu}>
      <summary>
        <span className="menu-label">{label}</span> <span className="menu-value">{value}</span>
      </summary>
      <div className="menu-body">{children}</div>
    </details>
  )
}
