import react from '@vitejs/plugin-react';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/**
 * The font packages name a woff beside each woff2 and swap fonts while reading. Terminals know woff2, and text that
 * changes its shape moves the page: so woff2 alone, and wait for it.
 */
const fontsForTerminals = (): Plugin => ({
  name: 'fonts-for-terminals',
  enforce: 'pre',
  transform(code, id) {
    if (!/@fontsource\/.*\.css$/.test(id)) return null;
    return { code: code.replaceAll(/, url\([^)]*\.woff\) format\('woff'\)/g, '').replaceAll('font-display: swap', 'font-display: block'), map: null };
  },
});

/**
 * The script that draws the citizen's first screen, and what it imports, is asked for by the page itself and not only once the
 * entry runs: it is read while the styles come. Nothing else is fetched ahead (each script names what it imports itself).
 */
const firstScriptsAhead = (): Plugin => ({
  name: 'first-scripts-ahead',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle = {}, chunk }) => {
      if (chunk?.name !== 'citizen') return html;
      const ahead = new Set<string>();
      const add = (file: string): void => {
        const found = bundle[file];
        if (found?.type !== 'chunk' || ahead.has(file)) return;
        ahead.add(file);
        found.imports.forEach(add);
      };
      Object.values(bundle).forEach((found) => found.type === 'chunk' && found.name === 'show' && add(found.fileName));
      if (ahead.size === 0) throw new Error('the script of the first screen is not called show any more');
      return { html, tags: [...ahead].filter((file) => file !== chunk.fileName && !chunk.imports.includes(file)).map((file) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` }, injectTo: 'head' as const })) };
    },
  },
});

/** The citizen's page stands at the root; every folder with an index.html is one more page: counter/, board/, manager/ … */
const pages = (): Record<string, string> => {
  const folders = readdirSync(import.meta.dirname).filter((name) => existsSync(join(import.meta.dirname, name, 'index.html')));
  return { citizen: join(import.meta.dirname, 'index.html'), ...Object.fromEntries(folders.map((name) => [name, join(import.meta.dirname, name, 'index.html')])) };
};

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [fontsForTerminals(), react(), firstScriptsAhead()],
  build: {
    outDir: join(import.meta.dirname, '..', 'dist', 'renderer'),
    emptyOutDir: true,
    target: 'chrome114',
    // Fonts and pictures inlined as data: addresses would break the content-security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false, resolveDependencies: (_file, needed, { hostType }) => (hostType === 'html' ? needed : []) },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: pages() },
  },
});
