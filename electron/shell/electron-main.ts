/** Electron's main module: the one file that imports "electron" for more than its types. What it does is in electron-shell.ts. */
import { app, BrowserWindow, Menu, powerSaveBlocker, session } from 'electron';
import { parseArgs } from 'node:util';
import { askCamera, askPage, askTicket } from './agent-socket.ts';
import { runShell } from './electron-shell.ts';

// Electron's own switches stand on the same command line.
const { values } = parseArgs({ args: process.argv.slice(1), options: { socket: { type: 'string' }, state: { type: 'string' }, profile: { type: 'string' } }, strict: false, allowPositionals: true });
const text = (value: string | boolean | undefined): string | null => (typeof value === 'string' ? value : null);
const socket = text(values.socket) ?? '';

// The window refuses to be closed, so being asked to end must not go through it.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.exit(0));

// Electron would show its own dialog; the launcher starts a fresh program instead.
for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(fault, (error: unknown) => {
    process.stderr.write(`shell: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    app.exit(1);
  });
}

runShell(
  {
    app,
    createWindow: (options) => new BrowserWindow(options),
    pageSession: (name) => session.fromPartition(name),
    noMenu: () => Menu.setApplicationMenu(null),
    powerSaveBlocker,
  },
  { ticket: () => askTicket(socket), page: () => askPage(socket), camera: () => askCamera(socket) },
  { state: text(values.state), profile: text(values.profile) },
  (line) => process.stderr.write(`${line}\n`),
);
