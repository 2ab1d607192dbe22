import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { secureHeaders } from 'hono/secure-headers'
import type { Problem } from './answers.ts'

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i
const COOKIE = 'fbads_dashboard'

/** Pages take everything from this server and send nothing to another; nothing of them runs inside another page. */
export function securityHeaders(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      fontSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      requireTrustedTypesFor: ["'script'"],
    },
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    crossOriginResourcePolicy: 'same-origin',
    crossOriginOpenerPolicy: 'same-origin',
    strictTransportSecurity: false,
  })
}

/**
 * Without a token the server is for this machine: a Host header that names another is of a page whose name was pointed
 * here (DNS rebinding). With one, only who has it gets in, by `Authorization: Bearer`, or by a cookie that `/?token=`
 * sets. Requests that another site’s page makes are refused in either case.
 */
export function guard(token: string | null): MiddlewareHandler {
  const digest = token === null ? null : sha256(token)
  return async (c, next) => {
    const refuse = (status: 401 | 403 | 421, message: string) =>
      /text\/html/.test(c.req.header('accept') ?? '')
        ? c.html(toPage(message, status === 401), status)
        : c.json({ kind: 'unauthorized', message } satisfies Problem, status)
    const host = c.req.header('host') ?? ''
    if (digest === null && !LOOPBACK.test(host))
      return refuse(
        421,
        `This dashboard is for this machine alone: open it as http://127.0.0.1, not as “${host}”.`,
      )
    const site = c.req.header('sec-fetch-site')
    const origin = c.req.header('origin')
    const isNavigation = c.req.header('sec-fetch-mode') === 'navigate' && c.req.method === 'GET'
    const isForeign =
      site === 'cross-site' || site === 'same-site' || (origin !== undefined && !isOf(origin, host))
    if (isForeign && !isNavigation) return refuse(403, 'Requests from other sites are refused.')
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD' && origin === undefined && site === undefined)
      return refuse(403, 'A request that changes something must name the page it comes from (Origin).')
    if (digest === null) return next()

    const offered = new URL(c.req.url).searchParams.get('token')
    if (offered !== null && c.req.method === 'GET' && isSame(sha256(offered), digest)) {
      setCookie(c, COOKIE, digest, { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: 30 * 86_400 })
      // A relative address, without the token, so that it stays neither in the history nor in a log.
      return c.redirect(withoutToken(c.req.url))
    }
    const bearer = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1]
    const given = bearer === undefined ? getCookie(c, COOKIE) : sha256(bearer)
    if (given !== undefined && isSame(given, digest)) return next()
    return refuse(
      401,
      `${offered === null ? 'This dashboard asks for its token' : 'That is not the token of this dashboard'}: ` +
        'open it as …/?token=… with the value of FBADS_DASHBOARD_TOKEN.',
    )
  }
}

/** For who opens it in a browser; `asks` for the token where that would help. */
function toPage(message: string, asks: boolean): string {
  const form =
    '<form><label>Token <input name="token" type="password" autofocus></label> <button>Open</button></form>'
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>fbads</title><h1>Not for everybody</h1><p>${escapeHtml(message)}</p>${asks ? form : ''}</html>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function isOf(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}

function withoutToken(address: string): string {
  const { pathname, searchParams } = new URL(address)
  searchParams.delete('token')
  const query = searchParams.toString()
  // Two slashes would begin another host's address.
  return `/${pathname.replace(/^\/+/, '')}${query === '' ? '' : `?${query}`}`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
