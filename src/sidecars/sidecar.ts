import type { Invocation } from '../invocation/invocation.ts'

/** A helper process, decided. */
export type Sidecar = {
  readonly invocation: Invocation
  /**
   * It is ready when this socket listens. That is seen without connecting (flag 10000 of its line in /proc/net/unix):
   * a vhost-user back-end takes one connection, and a test connection would use it up.
   */
  readonly ready: { readonly listening: string }
  /**
   * Whether it ends by itself when the VMM disconnects. cloud-hypervisor disconnects at every reboot of the guest and then
   * waits up to 60 s for the socket, so such a helper is started again while the VMM lives.
   */
  readonly endsOnDisconnect: boolean
}
