#!/bin/sh
# Fetches the front-end packages of package-lock.json into node_modules: with the machine's Node 20 or later,
# else with the Node of requirements/node.txt, which goes into .setup/node and nowhere else.
set -eu
enough() { node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1; }

if ! enough; then
    sh deploy/setup/python.sh requirements/node.txt .setup/node
    PATH="$PWD/.setup/node/bin:$PATH"
    export PATH
fi
echo "setup: installing package-lock.json into node_modules" >&2
npm ci --no-progress --loglevel=error >&2
