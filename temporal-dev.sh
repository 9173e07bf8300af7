#!/usr/bin/env bash
# A real Temporal dev server with its Web UI on this machine. `temporal-dev.sh --help` says how to use it.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/temporal-shell.sh
. "$ROOT/scripts/temporal-shell.sh"
# shellcheck source=scripts/temporal-binary.sh
. "$ROOT/scripts/temporal-binary.sh"

usage() {
  cat <<'TEXT'
Usage: temporal-dev.sh [start | run | stop | status | binary] [flags]

  start    start the server in the background, wait until it is healthy, print where it is (the default)
  run      the same in the foreground, until Ctrl-C
  stop     stop the server that start or run left behind
  status   say whether it runs and where (exit 3 when it does not)
  binary   find, download or build the Temporal CLI and print its path

  --port N         gRPC port (7233); 0 takes the first free one from 7233 up
  --ui-port N      Web UI port (the gRPC port + 1000)
  --headless       no Web UI
  --db FILE        database file (<state dir>/temporal.db); :memory: keeps nothing
  --namespace NAME one more namespace beside "default"
  --state-dir DIR  where pid, log and database live (${XDG_STATE_HOME:-~/.local/state}/dispatch/temporal)
  --wait SECONDS   how long start waits for a healthy server (30)
  --json           print server.json instead of a sentence

Exit codes: 1 other failure, 2 usage, 3 not running, 4 running with other settings, 10 no Temporal CLI,
11 port taken, 12 database unusable, 13 not healthy in time.
TEXT
}

VERB='' PORT='' UI_PORT='' DB='' HEADLESS='' NAMESPACE='' WAIT_S=30 JSON=''
STATE_DIR=${XDG_STATE_HOME:-$HOME/.local/state}/dispatch/temporal
STOP_GRACE_S=10

whole_number() { case $2 in '' | *[!0-9]*) fail 2 "$1 needs a whole number, not '$2'" ;; esac; }

port_number() {
  whole_number "$1" "$2"
  [ "${#2}" -le 5 ] && [ "$2" -le 65535 ] || fail 2 "$1 needs a port from 0 to 65535, not '$2'"
}

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      start | stop | status | run | binary)
        [ -z "$VERB" ] || fail 2 "one verb at a time: $VERB or $1"
        VERB=$1
        ;;
      --headless) HEADLESS=yes ;;
      --json) JSON=yes ;;
      -h | --help) usage && exit 0 ;;
      --port=* | --ui-port=* | --db=* | --namespace=* | --state-dir=* | --wait=*)
        set -- "${1%%=*}" "${1#*=}" "${@:2}"
        continue
        ;;
      --port | --ui-port | --db | --namespace | --state-dir | --wait)
        [ $# -ge 2 ] && [ -n "$2" ] || fail 2 "$1 needs a value"
        case $1 in
          --port) port_number "$1" "$2" && PORT=$2 ;;
          --ui-port) port_number "$1" "$2" && UI_PORT=$2 ;;
          --db) DB=$2 ;;
          --namespace) NAMESPACE=$2 ;;
          --state-dir) STATE_DIR=$2 ;;
          --wait) whole_number "$1" "$2" && WAIT_S=$2 ;;
        esac
        shift
        ;;
      *) fail 2 "unknown word '$1' (see --help)" ;;
    esac
    shift
  done
  VERB=${VERB:-start}
  [ -z "$HEADLESS" ] || [ -z "$UI_PORT" ] || fail 2 '--headless and --ui-port exclude each other'
}

absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac; }

# Our own state only: settings for a remote Temporal must not reach the local server's health check.
shield_environment() {
  local name
  for name in $(compgen -e); do
    case $name in TEMPORAL_CLI) ;; TEMPORAL_*) unset "$name" ;; esac
  done
}

load_state() {
  PID=$(json_field "$SERVER_FILE" pid)
  START_TIME=$(json_field "$SERVER_FILE" startTime)
  ADDRESS=$(json_field "$SERVER_FILE" address)
  UI_ADDRESS=$(json_field "$SERVER_FILE" uiAddress)
  RUNNING_DB=$(json_field "$SERVER_FILE" db)
}

is_running() { same_process "$PID" "$START_TIME"; }

save_state() {
  {
    printf '{\n  "pid": %s,\n' "$1"
    printf '  "startTime": %s,\n' "$(json_text "$(process_start "$1")")"
    printf '  "address": %s,\n' "$(json_text "127.0.0.1:$PORT")"
    printf '  "uiAddress": %s,\n' "$(json_text "${UI_PORT:+http://127.0.0.1:$UI_PORT}")"
    printf '  "db": %s,\n' "$(json_text "$DB")"
    printf '  "version": %s,\n' "$(json_text "$SERVER_VERSION")"
    printf '  "binary": %s\n}\n' "$(json_text "$BINARY")"
  } >"$SERVER_FILE.$$"
  mv -f "$SERVER_FILE.$$" "$SERVER_FILE"
}

report() {
  if [ -n "$JSON" ]; then
    cat "$SERVER_FILE"
  else
    printf 'Temporal at %s, %s, pid %s, database %s\n' "$ADDRESS" "${UI_ADDRESS:+Web UI at }${UI_ADDRESS:-no Web UI}" "$PID" "$RUNNING_DB"
  fi
}

# A server of ours that already runs is the answer, unless the caller insists on other settings.
answer_running() {
  [ -z "$PORT" ] || [ "$PORT" = 0 ] || [ "127.0.0.1:$PORT" = "$ADDRESS" ] ||
    fail 4 "the server of $STATE_DIR already runs at $ADDRESS (pid $PID), not on port $PORT: stop it first"
  [ -z "$DB" ] || [ "$DB" = "$RUNNING_DB" ] ||
    fail 4 "the server of $STATE_DIR already runs on database $RUNNING_DB (pid $PID), not on $DB: stop it first"
  wait_healthy
  report
}

choose_ports() {
  local free=''
  if [ "${PORT:-}" = 0 ]; then free=yes && PORT=$(free_port 7233); fi
  PORT=${PORT:-7233}
  [ -n "$HEADLESS" ] || UI_PORT=${UI_PORT:-$((PORT + 1000))}
  if [ "$UI_PORT" = 0 ] || { [ -n "$free" ] && [ -n "$UI_PORT" ]; }; then UI_PORT=$(free_port $((PORT + 1000))); fi
  [ "$PORT" != "$UI_PORT" ] || fail 2 "gRPC and Web UI cannot share port $PORT"
  port_open "$PORT" && fail 11 "port $PORT is taken by $(port_holder "$PORT"): free it or choose another with --port"
  if [ -n "$UI_PORT" ] && port_open "$UI_PORT"; then
    fail 11 "Web UI port $UI_PORT is taken by $(port_holder "$UI_PORT"): free it, choose another with --ui-port, or use --headless"
  fi
}

# Beside a database lies <db>.server: "<server version> <pid> <start time>" of its last server.
check_database() {
  local version pid started
  [ "$DB" != :memory: ] || return 0
  [ -d "$(dirname "$DB")" ] || fail 12 "the folder of database $DB does not exist"
  if read -r version pid started 2>/dev/null <"$DB.server"; then
    same_process "$pid" "$started" && fail 12 "database $DB is in use by pid $pid, another Temporal server"
    newer "$version" "$SERVER_VERSION" &&
      fail 12 "database $DB was last written by Temporal server $version, newer than this $SERVER_VERSION: use a newer CLI or another --db"
  fi
  [ -e "$DB" ] || return 0
  if [ ! -f "$DB" ] || [ ! -r "$DB" ] || [ ! -w "$DB" ]; then fail 12 "database $DB is not a file that can be read and written"; fi
  # The server makes its tables only in a file that is not there yet; an empty one has nothing to lose.
  if [ ! -s "$DB" ]; then rm -f "$DB"; return 0; fi
  [ "$(head -c 15 "$DB")" = 'SQLite format 3' ] || fail 12 "database $DB is not a SQLite database"
}

# Measured choices; docs/temporal.md says what each one buys.
server_arguments() {
  local setting name
  ARGUMENTS=(server start-dev --ip 127.0.0.1 --port "$PORT" --log-level error --log-format text)
  if [ -n "$UI_PORT" ]; then ARGUMENTS+=(--ui-port "$UI_PORT"); else ARGUMENTS+=(--headless); fi
  if [ "$DB" != :memory: ]; then
    ARGUMENTS+=(--db-filename "$DB" --sqlite-pragma journal_mode=WAL --sqlite-pragma synchronous=NORMAL)
  fi
  [ -z "$NAMESPACE" ] || ARGUMENTS+=(--namespace "$NAMESPACE")
  for setting in history.transferProcessorMaxPollRPS=5000 history.timerProcessorMaxPollRPS=5000 \
    matching.numTaskqueueReadPartitions=1 matching.numTaskqueueWritePartitions=1 history.maxInFlightUpdates=100 \
    system.forceSearchAttributesCacheRefreshOnRead=false 'frontend.httpAllowedHosts=["127.0.0.1:*","localhost:*"]'; do
    ARGUMENTS+=(--dynamic-config-value "$setting")
  done
  for name in Project Surface Agent Queue DispatchState TaskId SessionId; do
    ARGUMENTS+=(--search-attribute "$name=Keyword")
  done
}

prepare() {
  mkdir -p "$STATE_DIR" 2>/dev/null && chmod 700 "$STATE_DIR" 2>/dev/null || fail 1 "cannot write the state directory $STATE_DIR"
  take_lock "$STATE_DIR/lock" 60 || fail 1 "another temporal-dev.sh has been busy in $STATE_DIR for over 60 s"
  load_state
  if is_running; then return 1; fi
  [ -z "$PID" ] || say "the last server (pid $PID) is gone without a stop; starting a new one"
  rm -f "$SERVER_FILE"
  find_binary
  DB=${DB:-$STATE_DIR/temporal.db}
  check_database
  choose_ports
  server_arguments
  DB_IS_NEW=''
  [ "$DB" = :memory: ] || [ -e "$DB" ] || DB_IS_NEW=yes
}

note_server() {
  save_state "$1"
  [ "$DB" = :memory: ] || printf '%s %s %s\n' "$SERVER_VERSION" "$1" "$(process_start "$1")" >"$DB.server"
}

# In a session of its own the server outlives this shell and never sees its Ctrl-C.
launch() {
  local detach=(nohup)
  if have setsid; then
    detach=(setsid)
  elif have perl; then
    detach=(perl -e 'use POSIX; POSIX::setsid(); exec @ARGV')
  fi
  [ ! -s "$LOG_FILE" ] || mv -f "$LOG_FILE" "$LOG_FILE.1"
  "${detach[@]}" "$BINARY" "${ARGUMENTS[@]}" >"$LOG_FILE" 2>&1 </dev/null &
  note_server $!
}

is_healthy() {
  port_open "${ADDRESS##*:}" &&
    limited 5 "$BINARY" operator cluster health --address "$ADDRESS" --disable-config-file >/dev/null 2>&1 </dev/null
}

wait_healthy() {
  local deadline=$((SECONDS + WAIT_S))
  BINARY=${BINARY:-$(json_field "$SERVER_FILE" binary)}
  until is_healthy; do
    is_running || give_up
    [ "$SECONDS" -lt "$deadline" ] || fail 13 "pid $PID was started but is not healthy at $ADDRESS after $WAIT_S s; its log: $LOG_FILE"
    sleep 0.02
  done
}

# The server ended by itself: its last error line decides which of our reasons it is.
give_up() {
  local line
  line=$(sed -n 's/^.*level=ERROR msg="\(.*\)"$/\1/p; s/^\(invalid argument.*\|unknown flag.*\)/\1/p' "$LOG_FILE" 2>/dev/null | head -n 1)
  line=${line:-"no error line; see $LOG_FILE"}
  rm -f "$SERVER_FILE"
  # Tables half made by a failed first start would spoil every later one.
  [ -z "${DB_IS_NEW:-}" ] || rm -f "$DB" "$DB-wal" "$DB-shm" "$DB.server"
  case $line in
    *'address already in use'*) fail 11 "the server found its port taken: $line" ;;
    *'no such table'* | *'not a database'* | *malformed* | *'unable to open database'* | *'database file'* | *readonly*)
      fail 12 "database ${DB:-$RUNNING_DB} cannot be used (damaged, incomplete or another program's): $line"
      ;;
    *) fail 1 "the server ended while starting: $line" ;;
  esac
}

start() {
  if ! prepare; then answer_running && return; fi
  launch
  load_state
  wait_healthy
  report
}

run() {
  if ! prepare; then fail 4 "the server of $STATE_DIR already runs at $ADDRESS (pid $PID): stop it first"; fi
  note_server $$
  load_state
  say "Temporal at $ADDRESS, ${UI_ADDRESS:+Web UI at }${UI_ADDRESS:-no Web UI}, database $DB; Ctrl-C stops it"
  cleanup
  trap - EXIT
  exec "$BINARY" "${ARGUMENTS[@]}"
}

# gone_within SECONDS: has the noted process ended by then?
gone_within() {
  local deadline=$((SECONDS + $1))
  while is_running; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.05
  done
}

stop() {
  [ -d "$STATE_DIR" ] || { say "nothing runs: there is no $STATE_DIR" && return; }
  take_lock "$STATE_DIR/lock" 60 || fail 1 "another temporal-dev.sh has been busy in $STATE_DIR for over 60 s"
  load_state
  if is_running; then
    kill -TERM "$PID" 2>/dev/null || true
    if ! gone_within "$STOP_GRACE_S"; then
      say "pid $PID did not end within $STOP_GRACE_S s of TERM, killing it"
      kill -KILL "$PID" 2>/dev/null || true
      gone_within 5 || fail 1 "pid $PID does not end, not even after KILL"
    fi
    say "stopped pid $PID at $ADDRESS"
  else
    say "nothing runs in $STATE_DIR"
  fi
  rm -f "$SERVER_FILE"
}

status() {
  load_state
  if is_running; then report && return; fi
  [ -z "$PID" ] || say "the last server (pid $PID, $ADDRESS) is gone without a stop"
  fail 3 "not running in $STATE_DIR"
}

cleanup() {
  clean_build
  drop_lock "$STATE_DIR/lock"
}

parse "$@"
STATE_DIR=$(absolute "$STATE_DIR")
[ -z "$DB" ] || [ "$DB" = :memory: ] || DB=$(absolute "$DB")
SERVER_FILE=$STATE_DIR/server.json
LOG_FILE=$STATE_DIR/server.log
umask 077
shield_environment
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
case $VERB in
  binary) find_binary && printf '%s\n' "$BINARY" ;;
  *) "$VERB" ;;
esac
