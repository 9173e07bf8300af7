# Sourced by the stand-ins that go on and on. `reply_until_stopped TELL`: one reply after the other, each signed for when
# it begins and before TELL is called with its number. BENCH_REPLIES names the file; BENCH_REPLY_MS is about how long
# one takes.
sign() { echo "$EPOCHREALTIME $DISPATCH_RUN_ID $1" >>"$BENCH_REPLIES"; }
reply_until_stopped() {
  local reply ms seconds
  for ((reply = 1; reply <= 300; reply++)); do
    sign begin
    ((ms = BENCH_REPLY_MS / 2 + RANDOM % BENCH_REPLY_MS))
    printf -v seconds '%d.%03d' $((ms / 1000)) $((ms % 1000))
    sleep "$seconds"
    sign reply
    "$1" "$reply"
  done
}
