#!/bin/bash
# A stand-in for Claude Code that goes on and on: one reply of a fixed price after the other, until it is stopped. Each is
# signed for before it is told. BENCH_REPLIES names the file, BENCH_REPLY_SECONDS how long a reply takes.
if [[ $1 == --help ]]; then
  echo '--output-format --session-id --append-system-prompt --max-budget-usd'
  exit
elif [[ $1 == --version ]]; then
  echo '2.1.0 (Claude Code)'
  exit
fi
echo "$EPOCHREALTIME $$ start" >>"$BENCH_REPLIES"
echo '{"type":"system","subtype":"init","session_id":"00000000-0000-4000-8000-000000000000"}'
for ((reply = 1; reply <= 300; reply++)); do
  sleep "$BENCH_REPLY_SECONDS"
  echo "$EPOCHREALTIME $$ reply" >>"$BENCH_REPLIES"
  echo "{\"type\":\"assistant\",\"message\":{\"id\":\"reply-$$-$reply\",\"model\":\"claude-sonnet-4-5\",\"content\":[],\"usage\":{\"input_tokens\":10000,\"output_tokens\":0}}}"
done
