#!/bin/bash
# The twin of replying-claude.sh as a plain command: it keeps a running total in its cost file.
echo "$EPOCHREALTIME $$ start" >>"$BENCH_REPLIES"
for ((reply = 1; reply <= 300; reply++)); do
  sleep "$BENCH_REPLY_SECONDS"
  echo "$EPOCHREALTIME $$ reply" >>"$BENCH_REPLIES"
  printf '%d.%02d\n' $((reply * 3 / 100)) $((reply * 3 % 100)) >>"$DISPATCH_COST_FILE"
done
