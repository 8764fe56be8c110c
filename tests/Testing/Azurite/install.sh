#!/usr/bin/env bash
# Installs Azurite, exactly as locked, into FOLDER where it is not there already. One at a time: others wait.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
folder=${1:?a folder}
mkdir -p "$folder"
exec 9> "$folder/.lock"
flock 9
cmp -s "$here/package-lock.json" "$folder/.installed" && exit
cp "$here/package.json" "$here/package-lock.json" "$folder/"
npm ci --prefix "$folder" --omit=optional --no-audit --no-fund --loglevel=error
cp "$here/package-lock.json" "$folder/.installed"
