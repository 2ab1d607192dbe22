/** The one way to the network; the simulator's handler is one, too. */
export type Fetch = (input: string | URL, init?: RequestInit) => Promise<Response>
