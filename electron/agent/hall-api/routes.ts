/** What the files of routes share: the server with its types, and how a route names who may use it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { notAllowed, refused } from './contract.ts';

export type HallServer = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

/** Who may use a route. `public`: what is public on the boards anyway. */
export type Role = 'public' | 'terminal' | 'clerk' | 'manager';

export const open = { config: { role: 'public' as const } };
export const clerks = { config: { role: 'clerk' as const } };
export const managers = { config: { role: 'manager' as const } };
export const errors = { 401: notAllowed, 403: notAllowed, 409: refused };

export const nameOf = (request: FastifyRequest): string => request.member?.name ?? '';
