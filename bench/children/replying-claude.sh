#!/bin/bash
# A stand-in for Claude Code that goes on and on: one reply of a fixed price after the other, until it is stopped. Each is
# signed for when it begins and before it is told. BENCH_REPLIES names the file; BENCH_REPLY_MS is about how long one takes.
if [[ $1 == --help ]]; then
  echo '--output-format --session-id --append-system-prompt --max-budget-usd'
  exit
elif [[ $1 == --version ]]; then
  echo '2.1.0 (Claude Code)'
  exit
fi
sign() { echo "$EPOCHREALTIME $DISPATCH_RUN_ID $1" >>"$BENCH_REPLIES"; }
sign start
echo '{"type":"system","subtype":"init","session_id":"00000000-0000-4000-8000-000000000000"}'
for ((reply = 1; reply <= 300; reply++)); do
  sign begin
  ((ms = BENCH_REPLY_MS / 2 + RANDOM % BENCH_REPLY_MS))
  printf -v seconds '%d.%03d' $((ms / 1000)) $((ms % 1000))
  sleep "$seconds"
  sign reply
  echo "{\"type\":\"assistant\",\"message\":{\"id\":\"$DISPATCH_RUN_ID-$reply\",\"model\":\"claude-sonnet-4-5\",\"content\":[],\"usage\":{\"input_tokens\":10000,\"output_tokens\":0}}}"
done
