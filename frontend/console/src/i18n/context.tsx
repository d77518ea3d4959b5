import { DirectionProvider, useDirection } from "@mantine/core";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { keep, keptValue } from "../../../shared/kept";
import type { Calendar } from "../protocol";
import { Dates } from "./dates";
import { refusalsIn, type Refusals } from "./refusals";
import { asLanguage, languages, Speech, type Digits, type Language } from "./words";

interface Preferences {
  language: Language;
  calendar: Calendar;
  digits: Digits;
}

/** What the organisation says holds for who has not chosen; null where it has not said. */
interface Usual {
  locale: Language | null;
  calendar: Calendar | null;
  digits: "language" | "latin";
}

interface Region extends Preferences {
  speech: Speech;
  dates: Dates;
  change: (preferences: Partial<Preferences>) => void;
  setUsual: (usual: Usual) => void;
  /** What the server refuses in the reader's words; null in English, and until they are there. */
  refusals: Refusals | null;
}

const storageKey = "markaz.preferences";
const RegionContext = createContext<Region | null>(null);

/** Language, digits and calendar for everything below; remembered on this device for the sign-in page. */
export function RegionProvider(props: { children: ReactNode }) {
  const [kept, setPreferences] = useState(readPreferences);
  const [usual, setUsual] = useState<Usual | null>(null);
  const change = useCallback((part: Partial<Preferences>) => {
    setPreferences((old) => {
      const next = { ...old, ...part };
      keep(storageKey, JSON.stringify(next));
      return next;
    });
  }, []);
  const { language, calendar, digits } = completed(kept, usual);
  const refusals = useRefusals(language);
  const region = useMemo(() => {
    const speech = new Speech(language, digits);
    return { language, calendar, digits, change, setUsual, speech, dates: new Dates(speech, calendar), refusals };
  }, [language, calendar, digits, change, refusals]);
  return (
    <DirectionProvider initialDirection={languages[language].dir} detectDirection={false}>
      <RegionContext.Provider value={region}>
        <PageDirection language={language} title={region.speech.say("app.name")} />
        {props.children}
      </RegionContext.Provider>
    </DirectionProvider>
  );
}

export function useRegion(): Region {
  const region = useContext(RegionContext);
  if (!region) throw new Error("useRegion needs a RegionProvider above it");
  return region;
}

function useRefusals(language: Language): Refusals | null {
  const [found, setFound] = useState<{ language: Language; refusals: Refusals | null } | null>(null);
  useEffect(() => {
    let isWanted = true;
    void refusalsIn(language).then((refusals) => isWanted && setFound({ language, refusals }));
    return () => {
      isWanted = false;
    };
  }, [language]);
  return found?.language === language ? found.refusals : null;
}

export const useSpeech = (): Speech => useRegion().speech;
export const useDates = (): Dates => useRegion().dates;

function PageDirection(props: { language: Language; title: string }) {
  const { setDirection } = useDirection();
  const { dir } = languages[props.language];
  useEffect(() => {
    document.documentElement.lang = props.language;
    document.documentElement.dir = dir;
    document.title = props.title;
    setDirection(dir);
  }, [props.language, props.title, dir, setDirection]);
  return null;
}

/** What was chosen on this device, nothing else. */
function readPreferences(): Partial<Preferences> {
  const found = keptValue(storageKey);
  return typeof found === "object" && found !== null ? (found as Partial<Preferences>) : {};
}

/** What somebody chose, otherwise what the organisation says, otherwise what the browser does. */
function completed(kept: Partial<Preferences>, usual: Usual | null): Preferences {
  const ofBrowser = navigator.languages.map(asLanguage).find(Boolean);
  const language = asLanguage(kept.language) ?? usual?.locale ?? ofBrowser ?? "en";
  const digits = kept.digits ?? (usual?.digits === "latin" ? "latn" : "locale");
  return { language, calendar: kept.calendar ?? usual?.calendar ?? usualCalendar(language), digits };
}

function usualCalendar(language: Language): Calendar {
  return language === "fa" ? "persian" : "gregory";
}
