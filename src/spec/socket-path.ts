/** Bytes of a Unix socket's path at most: `sun_path` holds 108, the last one NUL (unix(7)). */
export const SOCKET_PATH_MAX = 107
