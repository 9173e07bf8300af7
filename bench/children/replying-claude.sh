#!/bin/bash
# A stand-in for Claude Code: replies of a fixed price until it is stopped.
if [[ $1 == --help ]]; then
  echo '--output-format --session-id --append-system-prompt --max-budget-usd'
  exit
elif [[ $1 == --version ]]; then
  echo '2.1.0 (Claude Code)'
  exit
fi
source "$(dirname "${BASH_SOURCE[0]}")/replies.sh"
tell() {
  echo "{\"type\":\"assistant\",\"message\":{\"id\":\"$DISPATCH_RUN_ID-$1\",\"model\":\"claude-sonnet-4-5\",\"content\":[],\"usage\":{\"input_tokens\":10000,\"output_tokens\":0}}}"
}
sign start
echo '{"type":"system","subtype":"init","session_id":"00000000-0000-4000-8000-000000000000"}'
reply_until_stopped tell
