/**
 * Agent, world and platform watch their standard input and end with the launcher, however it ends. A browser does not.
 * So it runs under a few lines of shell that do: when standard input ends, or the browser ends, nothing of the process
 * group is left. The shell asks the browser politely on SIGTERM.
 */
const SCRIPT = [
  'exec 3<&0',
  '"$0" "$@" </dev/null 3<&- & child=$!',
  `trap 'kill -TERM "$child"; wait "$child"; kill -KILL 0' TERM`,
  '(trap - TERM; cat <&3 >/dev/null; kill -KILL 0) &',
  'wait "$child"',
  'kill -KILL 0',
].join('\n');

/**
 * The same program, so that it ends with whoever holds its standard input. It must be started as the leader of a process
 * group (`supervise` does). Windows has no such groups: there the program runs by itself.
 */
export const guarded = (file: string, args: readonly string[]): { file: string; args: string[] } =>
  process.platform === 'win32' ? { file, args: [...args] } : { file: '/bin/sh', args: ['-c', SCRIPT, file, ...args] };
