# Small shell parts shared by temporal-dev.sh and its neighbours. Sourced, never run; works on bash 3.2 (macOS).

say() { printf '%s\n' "temporal-dev: $*" >&2; }

# fail CODE REASON: one line that says exactly why, then out.
fail() {
  local code=$1
  shift
  say "$*"
  exit "$code"
}

have() { command -v "$1" >/dev/null 2>&1; }

# limited SECONDS CMD...: the command with a time limit, also where coreutils are missing.
limited() {
  local seconds=$1
  shift
  if have timeout; then timeout "$seconds" "$@"; else perl -e 'alarm shift; exec @ARGV' "$seconds" "$@"; fi
}

# process_start PID: a text that no other process, before or after, has together with this pid. Empty: not alive.
process_start() {
  local stat fields
  if [ -r /proc/self/stat ]; then
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
    # The command name may hold spaces and brackets: cut after the last one.
    # shellcheck disable=SC2206
    fields=(${stat##*) })
    [ "${fields[0]}" = Z ] && return 0
    printf '%s' "$(cut -c1-8 /proc/sys/kernel/random/boot_id)/${fields[19]}"
  else
    case $(ps -o stat= -p "$1" 2>/dev/null) in '' | Z*) return 0 ;; esac
    LC_ALL=C TZ=UTC ps -o lstart= -p "$1" 2>/dev/null | sed 's/^ *//; s/ *$//'
  fi
}

# same_process PID START: is the process we noted down still the one with that pid?
same_process() { [ -n "$1" ] && [ -n "$2" ] && [ "$(process_start "$1")" = "$2" ]; }

# take_lock FILE SECONDS: waits for a lock; one whose holder is gone is taken over. A symlink is made atomically
# with its content, so there is no moment at which a lock has no owner.
take_lock() {
  local file=$1 deadline=$((SECONDS + $2)) told='' mine held
  mine="$$ $(process_start $$)"
  until ln -s "$mine" "$file" 2>/dev/null; do
    held=$(readlink "$file" 2>/dev/null) || continue
    if ! same_process "${held%% *}" "${held#* }"; then
      mv "$file" "$file.stale.$$" 2>/dev/null && rm -f "$file.stale.$$"
      continue
    fi
    [ "$SECONDS" -lt "$deadline" ] || return 1
    [ -n "$told" ] || say "waiting for process ${held%% *}, which holds $file"
    told=yes
    sleep 0.1
  done
}

drop_lock() {
  [ "$(readlink "$1" 2>/dev/null)" = "$$ $(process_start $$)" ] && rm -f "$1"
  return 0
}

json_text() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# json_field FILE NAME: one value of a flat JSON object that has a line per field, as we write it.
json_field() {
  [ -r "$1" ] || return 0
  sed -n 's/^ *"'"$2"'": *"\{0,1\}\(.*[^",]\)"\{0,1\},\{0,1\}$/\1/p' "$1" | sed 's/\\\(["\\]\)/\1/g'
}

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# port_holder PORT: who listens there, as far as this system lets us see it.
port_holder() {
  local pid=''
  if have ss; then
    pid=$(ss -ltnpH "sport = :$1" 2>/dev/null | sed -n 's/.*pid=\([0-9]*\).*/\1/p' | head -n 1)
  elif have lsof; then
    pid=$(lsof -nP -iTCP:"$1" -sTCP:LISTEN -Fp 2>/dev/null | sed -n 's/^p//p' | head -n 1)
  fi
  if [ -n "$pid" ]; then
    printf 'pid %s (%s)' "$pid" "$(ps -o args= -p "$pid" 2>/dev/null | cut -c1-120)"
  else
    printf 'a process that cannot be seen from here'
  fi
}

free_port() {
  local port=$1
  while port_open "$port"; do port=$((port + 1)); done
  printf '%s' "$port"
}

# newer A B: is version A newer than version B? (1.10.0 is newer than 1.9.2)
newer() {
  awk -v a="$1" -v b="$2" 'BEGIN { split(a, x, "."); split(b, y, ".");
    for (i = 1; i <= 3; i++) if (x[i] + 0 != y[i] + 0) exit !(x[i] + 0 > y[i] + 0); exit 1 }'
}
