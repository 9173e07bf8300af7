#!/bin/bash
# The twin of replying-claude.sh as a plain command: it keeps a running total in its cost file.
sign() { echo "$EPOCHREALTIME $DISPATCH_RUN_ID $1" >>"$BENCH_REPLIES"; }
sign start
for ((reply = 1; reply <= 300; reply++)); do
  sign begin
  ((ms = BENCH_REPLY_MS / 2 + RANDOM % BENCH_REPLY_MS))
  printf -v seconds '%d.%03d' $((ms / 1000)) $((ms % 1000))
  sleep "$seconds"
  sign reply
  printf '%d.%02d\n' $((reply * 3 / 100)) $((reply * 3 % 100)) >>"$DISPATCH_COST_FILE"
done
