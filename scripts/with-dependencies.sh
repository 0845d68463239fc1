#!/bin/sh
# Runs a script of this directory with the pinned Node and the npm packages of package-lock.json, installing them first where
# they are missing or older than that file. Plain sh, because it has to work in a bare clone with whatever Node the machine has.
set -eu
cd "$(dirname "$0")/.."

installed=node_modules/.package-lock.json
if [ ! -x node_modules/.bin/tsx ] || [ ! -x node_modules/.bin/node ] ||
  [ -z "$(find "$installed" -newer package-lock.json 2>/dev/null)" ]; then
  if ! command -v npm >/dev/null 2>&1; then
    echo "set-up: npm is needed. On Debian: apt install npm" >&2
    exit 1
  fi
  echo "set-up: installing npm packages (npm ci)" >&2
  # With the pinned Node and an npm that goes with it, not the machine's: npm leaves out optional packages whose "engines" do not
  # fit the Node it runs on, and the native parts of build tools are such packages (Debian 12 has Node 18).
  node=$(sed -n 's/^ *"node": "\([0-9.]*\)",*$/\1/p' package.json)
  npm exec --yes --loglevel=error --package="node@$node" --package=npm@10.9.4 -- \
    npm ci --no-audit --no-fund --loglevel=error >&2
fi

# Absolute, because what is started may change its directory.
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
script=$1
shift
exec tsx "$script" "$@"
