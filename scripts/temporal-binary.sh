# Finds or makes the Temporal CLI. Sourced by temporal-dev.sh after temporal-shell.sh.
# find_binary sets BINARY and SERVER_VERSION, or fails with every way tried and why it did not work.

TEMPORAL_VERSION=1.5.1
# The flags and settings we pass exist since this server version.
SERVER_VERSION_MIN=1.28.0
CLI_MODULE=github.com/temporalio/cli/cmd/temporal
DOWNLOAD_URL=${DISPATCH_TEMPORAL_DOWNLOAD_URL:-https://temporal.download/cli/archive}
CACHE_DIR=${XDG_CACHE_HOME:-$HOME/.cache}/dispatch/temporal/$TEMPORAL_VERSION
BUILD_WAIT_S=900
DOWNLOAD_LIMIT_S=300

BINARY='' SERVER_VERSION='' REASONS=''

tried() { REASONS="$REASONS; $1: $2"; }

# verify_binary FILE: it runs, is the Temporal CLI and is new enough; else WHY says what is wrong.
verify_binary() {
  local text
  WHY=''
  if [ ! -f "$1" ] || [ ! -x "$1" ]; then
    WHY="$1 is not an executable file"
  elif ! text=$(limited 20 "$1" --version 2>&1 </dev/null); then
    WHY="$1 --version failed"
  else
    SERVER_VERSION=$(printf '%s' "$text" | sed -n 's/.*(Server \([0-9.]*\).*/\1/p')
    if [ -z "$SERVER_VERSION" ]; then
      WHY="$1 --version does not speak like the Temporal CLI"
    elif newer "$SERVER_VERSION_MIN" "$SERVER_VERSION"; then
      WHY="$1 brings server $SERVER_VERSION, older than $SERVER_VERSION_MIN"
    fi
  fi
  [ -z "$WHY" ]
}

# use_binary WAY FILE: takes this file when it is good, else notes why not.
use_binary() {
  if verify_binary "$2"; then BINARY=$2; else tried "$1" "$WHY"; return 1; fi
}

# install_binary FILE: verified first, then moved in one step, so nobody ever sees half a binary.
install_binary() {
  chmod 755 "$1" && verify_binary "$1" && mv -f "$1" "$CACHE_DIR/temporal" && BINARY=$CACHE_DIR/temporal
}

fetch() {
  if have curl; then
    limited "$DOWNLOAD_LIMIT_S" curl -fsSL --connect-timeout 5 -o "$2" "$1" 2>&1
  elif have wget; then
    limited "$DOWNLOAD_LIMIT_S" wget -q -T 5 -t 1 -O "$2" "$1" 2>&1
  else
    echo 'neither curl nor wget is installed'
    return 1
  fi
}

download_binary() {
  local system arch url text
  case $(uname -s) in Linux) system=linux ;; Darwin) system=darwin ;; *) tried download "no build for $(uname -s)"; return 1 ;; esac
  case $(uname -m) in x86_64 | amd64) arch=amd64 ;; aarch64 | arm64) arch=arm64 ;; *) tried download "no build for $(uname -m)"; return 1 ;; esac
  url="$DOWNLOAD_URL/v$TEMPORAL_VERSION?platform=$system&arch=$arch"
  say "downloading the Temporal CLI $TEMPORAL_VERSION from $url"
  if ! text=$(fetch "$url" "$WORK_DIR/archive.tar.gz"); then
    tried download "$(printf '%s' "${text:-no answer}" | tail -n 1)"
    return 1
  fi
  if ! tar -xzf "$WORK_DIR/archive.tar.gz" -C "$WORK_DIR" temporal 2>/dev/null; then
    tried download 'the answer is not an archive with the CLI in it'
    return 1
  fi
  install_binary "$WORK_DIR/temporal" || { tried download "${WHY:-cannot write $CACHE_DIR}"; return 1; }
}

# Builds in the background so that a line every 15 s can say that it is still at work.
build_binary() {
  local started=$SECONDS told=0 code
  have go || { tried 'go install' 'go is not installed'; return 1; }
  say "building the Temporal CLI $TEMPORAL_VERSION with $(go env GOVERSION 2>/dev/null) (2 to 4 minutes, once per user)"
  CGO_ENABLED=0 GOBIN=$WORK_DIR go install -ldflags '-s -w' "$CLI_MODULE@v$TEMPORAL_VERSION" >"$WORK_DIR/log" 2>&1 </dev/null &
  BUILD_PID=$!
  while kill -0 "$BUILD_PID" 2>/dev/null; do
    sleep 0.2
    [ $((SECONDS - started - told)) -ge 15 ] || continue
    told=$((SECONDS - started))
    say "still building, ${told} s so far"
    [ "$told" -lt "$BUILD_WAIT_S" ] || kill "$BUILD_PID" 2>/dev/null
  done
  code=0
  wait "$BUILD_PID" || code=$?
  BUILD_PID=''
  if [ "$code" -ne 0 ]; then
    tried 'go install' "$(grep -v '^go: downloading' "$WORK_DIR/log" | tail -n 1)"
    return 1
  fi
  install_binary "$WORK_DIR/temporal" || { tried 'go install' "${WHY:-cannot write $CACHE_DIR}"; return 1; }
  say "built in $((SECONDS - started)) s: $BINARY"
}

clean_build() {
  [ -z "${BUILD_PID:-}" ] || kill "$BUILD_PID" 2>/dev/null
  [ -z "${WORK_DIR:-}" ] || rm -rf "$WORK_DIR"
  [ -z "${BUILD_LOCK:-}" ] || drop_lock "$BUILD_LOCK"
  WORK_DIR='' BUILD_LOCK=''
}

# Only one of several starters downloads or builds; the others wait and use what it made.
make_binary() {
  local code=0
  if ! mkdir -p "$CACHE_DIR" 2>/dev/null || [ ! -w "$CACHE_DIR" ]; then
    tried 'download and build' "cannot write $CACHE_DIR"
    return 1
  fi
  take_lock "$CACHE_DIR/lock" "$BUILD_WAIT_S" || { tried 'download and build' "another process builds for over $BUILD_WAIT_S s"; return 1; }
  BUILD_LOCK=$CACHE_DIR/lock
  WORK_DIR=$(mktemp -d "$CACHE_DIR/work.XXXXXX")
  use_binary cache "$CACHE_DIR/temporal" 2>/dev/null || download_binary || build_binary || code=1
  clean_build
  return "$code"
}

find_binary() {
  if [ -n "${TEMPORAL_CLI:-}" ]; then
    use_binary TEMPORAL_CLI "$TEMPORAL_CLI" && return
    say "TEMPORAL_CLI is of no use ($WHY), looking further"
  else
    tried TEMPORAL_CLI 'not set'
  fi
  if have temporal; then use_binary PATH "$(command -v temporal)" && return; else tried PATH 'no temporal there'; fi
  if verify_binary "$CACHE_DIR/temporal"; then
    BINARY=$CACHE_DIR/temporal
    return
  fi
  make_binary && return
  fail 10 "no Temporal CLI and no way to get one${REASONS}"
}
