import { type Uri, workspace } from 'vscode';
import type { LensDensity } from '../core/engine.ts';

/** The settings as typed values; package.json describes them. */
export function settings(scope?: Uri): {
  readonly lenses: boolean;
  readonly density: LensDensity;
  readonly vmlinux: string | undefined;
  readonly modules: string | undefined;
  readonly decodeEngine: 'builtin' | 'faddr2line';
  readonly debuginfod: 'ask' | 'always' | 'never';
} {
  const section = workspace.getConfiguration('kernlens', scope ?? null);
  const folder = (name: string): string | undefined => section.get<string>(name)?.trim() || undefined;
  return {
    lenses: section.get('lenses.enabled', true),
    density: section.get<LensDensity>('lenses.density', 'all'),
    vmlinux: folder('vmlinux'),
    modules: folder('modules'),
    debuginfod: section.get<'ask' | 'always' | 'never'>('debuginfod', 'ask'),
    decodeEngine: section.get<string>('decodeEngine') === 'faddr2line' ? 'faddr2line' : 'builtin',
  };
}
