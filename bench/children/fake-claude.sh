#!/bin/bash
# A stand-in for Claude Code that costs nothing: signs in, answers at once in the format it is asked for, signs out.
# The prompt is its name, and how many seconds it works if it is to work at all; builtins only, but for that.
echo "$EPOCHREALTIME ${2%% *}" >>"$BENCH_WITNESS"
[[ $2 == *' '* ]] && sleep "${2##* }"
name=${2%% *}
last=
session=
format=
for word in "$@"; do
  case $last in
    --session-id | --resume) session=$word ;;
    --output-format) format=$word ;;
  esac
  last=$word
done
result="{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"result\":\"done $name\",\"session_id\":\"$session\",\"total_cost_usd\":0.001,\"duration_ms\":1,\"num_turns\":1}"
if [[ $1 == --help ]]; then
  echo '--output-format --session-id --append-system-prompt --max-budget-usd'
elif [[ $1 == --version ]]; then
  echo '2.1.0 (Claude Code)'
else
  [[ $format == stream-json ]] && echo "{\"type\":\"system\",\"subtype\":\"init\",\"session_id\":\"$session\"}"
  echo "$result"
fi
echo "$EPOCHREALTIME end $name" >>"$BENCH_WITNESS"
