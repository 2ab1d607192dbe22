import { type ReactNode, useEffect, useId, useRef } from 'react'

interface DrawerProps {
  readonly title: string
  readonly close: () => void
  readonly children: ReactNode
}

/** A sheet over the right of the page; Escape or a click beside it closes it, and the focus goes back. */
export function Drawer({ title, close, children }: DrawerProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const { current } = dialog
    const before = document.activeElement
    current?.showModal()
    return () => {
      current?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={dialog}
      className="drawer"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) close()
      }}
    >
      <div className="drawer-body">
        <div className="panel-head">
          <h2 id={id}>{title}</h2>
          <button type="button" className="quiet" onClick={close}>
            Close
          </button>
        </div>
        {children}
      </div>
    </dialog>
  )
}
