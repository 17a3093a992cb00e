import type { ExtensionContext } from 'vscode';
import { registerDecode } from './decode.ts';
import { registerCallHierarchy } from './call-hierarchy.ts';
import { registerComparison } from './comparison.ts';
import { startEngines } from './engines.ts';
import { registerExplanationPage } from './explanation-page.ts';
import { registerFindSites } from './find-sites.ts';
import { registerHover } from './hover.ts';
import { registerIncidents } from './incidents.ts';
import { registerLenses } from './lenses.ts';
import { createLog } from './log.ts';
import { registerNotes } from './notes.ts';
import { registerPacks } from './packs.ts';
import { registerPathsView } from './paths-view.ts';
import { registerProbes } from './probes.ts';
import { registerSites } from './sites.ts';
import { registerStatusBar } from './status-bar.ts';
import { watchTrees } from './trees.ts';
import { registerWays } from './ways.ts';

/**
 * Only files of a Linux tree wake KernLens: in any other C project this registers commands and watches which files
 * are opened, and does nothing else. The engine's worker starts with the first question.
 */
export function activate(context: ExtensionContext): void {
  const log = createLog(context);
  const trees = watchTrees(context);
  const engines = startEngines(context, log);
  const session = { context, log, trees, engines };

  registerLenses(session);
  registerHover(session);
  registerWays(session);
  registerCallHierarchy(session);
  registerExplanationPage(session);
  registerSites(session);
  registerIncidents(session);
  registerPacks(session);
  registerNotes(session);
  registerDecode(session);
  registerProbes(session);
  registerFindSites(session, registerPathsView(session));
  registerComparison(session);
  registerStatusBar(session);
}
