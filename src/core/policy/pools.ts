/** Pools of slots; what they share is only the hosts' slots (R-SYS-016). */
export const ROUTES_POOL = 'routes';
export const DISPATCH_POOL = 'dispatch';
/** Roles of a ledger: one at a time unless told otherwise (R-PROD-105). */
export const ROLES_POOL = 'roles';

/** The pool of a role that has slots of its own. */
export const rolePool = (role: string): string => `${OF_ROLE}${role}`;

/** Do roles run in it on the tasks of their own queues? */
export const isRolePool = (pool: string): boolean => pool === ROLES_POOL || pool.startsWith(OF_ROLE);

const OF_ROLE = 'role:';
