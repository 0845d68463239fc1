#!/usr/bin/env node
/** Opens COUNT connections to SOCKET as fast as it can, says nothing on them and keeps them for as long as the host lets it. */
import { connect } from 'node:net'

const [path = '', count = '10000'] = process.argv.slice(2)
let left = Number(count)
let open = 0

/** So many are being held by the flood at one time; ten times what the host keeps. */
const AT_ONCE = 2_500

const next = (): void => {
  while (left > 0 && open < AT_ONCE) {
    left -= 1
    open += 1
    const socket = connect({ path, allowHalfOpen: false })
    socket.on('error', () => undefined)
    socket.resume()
    socket.once('close', () => {
      open -= 1
      next()
    })
  }
}
next()
