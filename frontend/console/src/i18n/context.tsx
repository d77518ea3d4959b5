import { DirectionProvider, useDirection } from "@mantine/core";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { Calendar } from "../protocol";
import { Dates } from "./dates";
import { asLanguage, languages, Speech, type Digits, type Language } from "./words";

interface Preferences {
  language: Language;
  calendar: Calendar;
  digits: Digits;
}

interface Region extends Preferences {
  speech: Speech;
  dates: Dates;
  change: (preferences: Partial<Preferences>) => void;
}

const storageKey = "markaz.preferences";
const RegionContext = createContext<Region | null>(null);

/** Language, digits and calendar for everything below; remembered on this device for the sign-in page. */
export function RegionProvider(props: { children: ReactNode }) {
  const [preferences, setPreferences] = useState(readPreferences);
  const change = useCallback((part: Partial<Preferences>) => {
    setPreferences((old) => {
      const next = { ...old, ...part };
      localStorage.setItem(storageKey, JSON.stringify(next));
      return next;
    });
  }, []);
  const { language, calendar, digits } = preferences;
  const region = useMemo(() => {
    const speech = new Speech(language, digits);
    return { language, calendar, digits, change, speech, dates: new Dates(speech, calendar) };
  }, [language, calendar, digits, change]);
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

function readPreferences(): Preferences {
  let kept: Partial<Preferences> = {};
  try {
    kept = JSON.parse(localStorage.getItem(storageKey) ?? "{}") as Partial<Preferences>;
  } catch {
    // Storage that is forbidden or damaged: the browser's language decides.
  }
  const language = asLanguage(kept.language) ?? navigator.languages.map(asLanguage).find(Boolean) ?? "en";
  return { language, calendar: kept.calendar ?? usualCalendar(language), digits: kept.digits ?? "locale" };
}

function usualCalendar(language: Language): Calendar {
  return language === "fa" ? "persian" : "gregory";
}
