import { z } from 'zod';
import { sessionNamed } from '../dispatch/session-owner.ts';
import { defineOperation } from '../operation.ts';
import { WireSession, wireSession } from '../wire/session.ts';

/** `GET /sessions/{session_id}`: whose conversation it is, how long and how dear it was (R-AD-077). */
export const getSession = defineOperation({
  name: 'get-session',
  summary: 'Show a conversation with an agent',
  http: { method: 'GET', path: '/sessions/:session_id', access: 'read' },
  forAgents: true,
  input: z.object({ session_id: z.string().describe('Id of the conversation') }),
  output: WireSession,
  run: async (context, { session_id }) => wireSession(await sessionNamed(context, session_id)),
});
