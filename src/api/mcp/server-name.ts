/** The name under which clients have this server in their configuration and permissions (R-AD-001). */
export const MCP_SERVER_NAME = 'agent-dispatch';
