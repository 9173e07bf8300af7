import type {
  AdmitAnswer,
  AdmitRequest,
  ReleaseAnswer,
  ReleaseRequest,
  Room,
} from '../policy/governor/state.ts';

/** The project's authority as activities see it; starts it when it is not there. */
export interface Governor {
  admit(request: AdmitRequest): Promise<AdmitAnswer>;
  release(request: ReleaseRequest): Promise<ReleaseAnswer>;
  withdraw(leaseId: string): Promise<void>;
  /** Slots and open tasks of a pool by Query; used when no admission told them lately. */
  room(pool: string): Promise<Room>;
  /** Makes these the pools' limits where they differ; a governor that is not there is left alone. */
  setPools(limits: Readonly<Record<string, number>>): Promise<void>;
}
