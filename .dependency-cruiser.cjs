/**
 * Who may import whom. drivers and kiosk-config know nothing of ours; renderer knows the agent only by generated types;
 * the shell knows no domain; a domain folder shows one face; no cycles.
 */
// dependency-cruiser asks swc for TypeScript without JSX, whatever the file's ending: it is told about .tsx here.
const swc = require('@swc/core');
const { parseFileSync } = swc;
swc.parseFileSync = (file, options) => parseFileSync(file, { ...options, tsx: file.endsWith('.tsx') });

const DOMAINS = 'agent|cases|outbox|platform|queue|printing|devices|audit|storage|clock|session|lockers';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'drivers-know-nothing-of-ours', severity: 'error', from: { path: '^drivers/' }, to: { path: '^(electron|renderer|kiosk-config|test)/' } },
    { name: 'configuration-knows-nothing-of-ours', severity: 'error', from: { path: '^kiosk-config/' }, to: { path: '^(electron|renderer|drivers|test)/' } },
    { name: 'renderer-knows-generated-types-alone', severity: 'error', from: { path: '^renderer/', pathNot: '\\.test\\.tsx?$' }, to: { path: '^(electron|drivers|kiosk-config|test)/' } },
    { name: 'nothing-imports-the-renderer', severity: 'error', from: { path: '^(electron|drivers|kiosk-config)/' }, to: { path: '^renderer/' } },
    { name: 'product-knows-no-tests', severity: 'error', from: { path: '^(electron|drivers|kiosk-config|renderer)/', pathNot: '\\.test\\.tsx?$' }, to: { path: '^test/' } },
    { name: 'emulators-stay-out-of-the-product', severity: 'error', from: { path: '^(electron|renderer)/', pathNot: '\\.test\\.ts$' }, to: { path: '^drivers/.*emulator' } },
    { name: 'shell-knows-no-domain', severity: 'error', from: { path: '^electron/shell/', pathNot: '\\.test\\.ts$' }, to: { path: `^electron/(${DOMAINS})/` } },
    { name: 'only-the-shell-imports-electron', severity: 'error', from: { pathNot: '^electron/shell/' }, to: { path: '(^|node_modules/)electron(/|$)', dependencyTypes: ['npm', 'npm-dev'] } },
    {
      name: 'one-face-per-folder',
      comment: 'other folders import index.ts (or the types it re-exports) and nothing behind it',
      severity: 'error',
      from: { path: `^electron/(${DOMAINS})/`, pathNot: '\\.test\\.ts$' },
      to: { path: `^electron/(${DOMAINS})/(?!(index|types)\\.ts$)`, pathNot: '^electron/$1/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'] },
  },
};
