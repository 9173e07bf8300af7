#!/bin/bash
# The twin of replying-claude.sh as a plain command: it keeps a running total in its cost file.
source "$(dirname "${BASH_SOURCE[0]}")/replies.sh"
tell() { printf '%d.%02d\n' $(($1 * 3 / 100)) $(($1 * 3 % 100)) >>"$DISPATCH_COST_FILE"; }
sign start
reply_until_stopped tell
