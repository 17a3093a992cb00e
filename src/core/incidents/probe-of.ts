import type { ProbeRequest } from '../probes/request.ts';
import type { Incident } from './pack.ts';
import { inLanguage, type Language } from './words.ts';

/** The probe that confirms the incident, or undefined where its pack has none. */
export function probeOf(incident: Incident, language: Language = 'en'): ProbeRequest | undefined {
  const { probe, text } = incident.confirm;
  if (!probe) return undefined;
  return { title: inLanguage(incident.title, language), meansYes: inLanguage(text, language), events: probe.events };
}
