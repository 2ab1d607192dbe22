import type { ObjectId } from '../model/object-id.ts'

/** An account that several sources ask for alike. */
export interface SharedAccount {
  readonly accountId: ObjectId
  /** The name of the source that reads it. */
  readonly reader: string
  /** The name of one that asks for it, too. */
  readonly other: string
}

/** Decides which source reads an account: the first that names it, before any that asks for all of its token. */
export class AccountClaims {
  readonly #owners = new Map<ObjectId, { readonly source: string; readonly byName: boolean }>()
  readonly #shared: SharedAccount[] = []

  /** True when the account is the source's from now on, or was before. */
  claim(accountId: ObjectId, source: string, byName: boolean): boolean {
    const owner = this.#owners.get(accountId)
    if (owner === undefined) this.#owners.set(accountId, { source, byName })
    if (owner === undefined || owner.source === source) return true
    // Who names an account and asks for all besides has said which source is to read it.
    if (owner.byName === byName) this.#shared.push({ accountId, reader: owner.source, other: source })
    return false
  }

  has(accountId: ObjectId): boolean {
    return this.#owners.has(accountId)
  }

  get shared(): readonly SharedAccount[] {
    return this.#shared
  }
}
