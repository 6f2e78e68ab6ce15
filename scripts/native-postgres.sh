#!/usr/bin/env bash
# A throw-away PostgreSQL 15 with pgvector 0.8 for tests, on Debian 12.
#   eval "$(scripts/native-postgres.sh start)"    exports TEST_DATABASE_URL; starts nothing when it runs already
#   scripts/native-postgres.sh stop               stops it and removes its data
# Debian 12 has no pgvector: Debian 13's source package is built once into a private copy of the server, kept in a
# cache outside the repository. Only the server's own packages and a compiler are installed, and only when missing.
set -euo pipefail

server=15
if [ "$(id -u)" = 0 ]; then
  cache=/var/cache/tomograph-native-postgres # root's own home is closed to the user that runs the server
else
  cache="${XDG_CACHE_HOME:-$HOME/.cache}/tomograph-native-postgres"
fi
prefix="$cache/$server-pgvector"
bin="$prefix/usr/lib/postgresql/$server/bin"
run_folder="${TMPDIR:-/tmp}/tomograph-native-postgres-$(id -u)"

say() { echo "native-postgres: $*" >&2; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
# The server refuses to run as root.
as_server() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

install_packages() {
  local missing=()
  [ -x "/usr/lib/postgresql/$server/bin/postgres" ] || missing+=("postgresql-$server")
  for tool in gcc make; do command -v "$tool" >/dev/null || missing+=("$tool"); done
  [ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
  [ ${#missing[@]} = 0 ] && return
  say "installing ${missing[*]}"
  as_root mkdir -p /etc/postgresql-common
  # no cluster of Debian's own, nobody asked for one
  [ -e /etc/postgresql-common/createcluster.conf ] ||
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The source package, by apt from a source list of our own: the machine's package sources stay as they are.
fetch_pgvector() { # $1: an empty folder
  mkdir -p "$1/apt/lists/partial" "$1/apt/cache/archives/partial"
  cat >"$1/apt/sources.list" <<SOURCES
deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian-security bookworm-security main
SOURCES
  local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$1/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$1/apt/lists" -o "Dir::Cache=$1/apt/cache" -o APT::Sandbox::User=root)
  "${apt[@]}" update >&2
  (cd "$1" && "${apt[@]}" source --download-only pgvector >&2 && "${apt[@]}" download "postgresql-server-dev-$server" >&2)
  mkdir "$1/pgvector"
  tar -xf "$1"/pgvector_*.orig.tar.* -C "$1/pgvector" --strip-components=1
}

build() {
  [ -e "$prefix/complete" ] && return
  install_packages
  say "building pgvector for PostgreSQL $server (once)"
  local work
  work=$(mktemp -d)
  fetch_pgvector "$work"
  rm -rf "$prefix"
  mkdir -p "$prefix/usr/lib/postgresql" "$prefix/usr/share/postgresql"
  # the server finds its files relative to its own binary, so a copy is a private installation
  cp -a "/usr/lib/postgresql/$server" "$prefix/usr/lib/postgresql/"
  cp -a "/usr/share/postgresql/$server" "$prefix/usr/share/postgresql/"
  # headers and build rules without what the package depends on (clang and LLVM, for a JIT that tests do not need)
  dpkg -x "$work"/postgresql-server-dev-*.deb "$prefix"
  local config="$prefix/usr/lib/postgresql/$server/bin/pg_config"
  make -s -C "$work/pgvector" -j2 PG_CONFIG="$config" with_llvm=no OPTFLAGS= \
    CPPFLAGS="-I$prefix/usr/include/postgresql/$server/server -I$prefix/usr/include/postgresql" >&2
  make -s -C "$work/pgvector" PG_CONFIG="$config" with_llvm=no install >&2
  rm -rf "$work"
  chmod -R a+rX "$cache"
  touch "$prefix/complete"
}

is_running() { [ -e "$run_folder/url" ] && as_server "$bin/pg_ctl" -D "$run_folder/data" status >/dev/null 2>&1; }

start() {
  if ! is_running; then
    build
    rm -rf "$run_folder"
    mkdir -m 700 -p "$run_folder"
    [ "$(id -u)" = 0 ] && chown postgres "$run_folder"
    local password port
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
    printf %s "$password" | as_server tee "$run_folder/password" >/dev/null
    as_server "$bin/initdb" -D "$run_folder/data" -U tomograph -A scram-sha-256 --pwfile="$run_folder/password" \
      -E UTF8 --locale=C.UTF-8 -N >/dev/null
    # durability is for data that anybody wants back
    as_server "$bin/pg_ctl" -D "$run_folder/data" -l "$run_folder/log" -w -t 60 start -o "-c listen_addresses=127.0.0.1 \
      -c port=$port -c unix_socket_directories='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
      -c max_connections=200 -c shared_buffers=256MB -c maintenance_work_mem=512MB -c jit=off" >/dev/null
    echo "postgres://tomograph:$password@127.0.0.1:$port/postgres" >"$run_folder/url"
  fi
  echo "export TEST_DATABASE_URL='$(cat "$run_folder/url")'"
}

stop() {
  if [ -d "$run_folder/data" ]; then
    as_server "$bin/pg_ctl" -D "$run_folder/data" -m immediate stop >/dev/null 2>&1 || true
  fi
  rm -rf "$run_folder"
}

case "${1:-start}" in
  start) start ;;
  stop) stop ;;
  *) say "usage: native-postgres.sh start|stop"; exit 2 ;;
esac
