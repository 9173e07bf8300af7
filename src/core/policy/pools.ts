/** Pools of slots; what they share is only the hosts' slots (R-SYS-016). */
export const ROUTES_POOL = 'routes';
export const DISPATCH_POOL = 'dispatch';
