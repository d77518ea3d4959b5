import { useEffect, useMemo, useState } from "preact/hooks";
import type { Calendar } from "../../shared/calendar";
import { Speech, type Language } from "../../shared/speech";
import { DayList } from "./DayList";
import type { Phone } from "./phone";
import { SignIn } from "./SignIn";
import { Status } from "./Status";
import { FieldContext, useChoice, useField, useRoute, useSnapshot } from "./use";
import { VisitPage } from "./VisitPage";
import { Whereabouts } from "./whereabouts";
import { words } from "./words";

const languages: Record<Language, string> = { en: "English", ar: "العربية", fa: "فارسی" };
const calendars: Calendar[] = ["gregory", "persian", "islamic-umalqura"];
const syncEveryMs = 30_000;

const browsers = (): Language => (navigator.languages.map((each) => each.slice(0, 2)).find((each): each is Language => each in languages) ?? "en");

export function App({ phone }: { phone: Phone }) {
  const snapshot = useSnapshot(phone);
  const [language, setLanguage] = useChoice<Language>("language");
  const [calendar, setCalendar] = useChoice<Calendar>("calendar");
  const [, setTurn] = useState(0);
  const where = useMemo(() => new Whereabouts(phone.kept, () => setTurn((turn) => turn + 1)), [phone]);
  useLife(phone, where, snapshot.me?.id);
  const chosen = language ?? snapshot.me?.locale ?? browsers();
  const by = calendar ?? snapshot.me?.calendar ?? (chosen === "fa" ? "persian" : "gregory");
  const speech = useMemo(() => new Speech(words[chosen], chosen, by), [chosen, by]);
  useEffect(() => {
    document.documentElement.lang = speech.language;
    document.documentElement.dir = speech.side;
    document.title = speech.say("title");
  }, [speech]);
  return (
    <FieldContext.Provider value={{ phone, where, speech, snapshot }}>
      <header>
        <a class="brand" href="#/">{speech.say("title")}</a>
        <span class="choices">
          <select aria-label={speech.say("language")} value={chosen} onChange={(event) => setLanguage(event.currentTarget.value as Language)} data-testid="language">
            {(Object.keys(languages) as Language[]).map((each) => <option key={each} value={each} lang={each}>{languages[each]}</option>)}
          </select>
          <select aria-label={speech.say("calendar")} value={by} onChange={(event) => setCalendar(event.currentTarget.value as Calendar)} data-testid="calendar">
            {calendars.map((each) => <option key={each} value={each}>{speech.say(`calendar.${each}`)}</option>)}
          </select>
        </span>
      </header>
      {snapshot.me !== undefined && <Inside />}
    </FieldContext.Provider>
  );
}

function Inside() {
  const { snapshot, speech } = useField();
  const visitId = useRoute();
  const { me, isOut } = snapshot;
  if (!me) return <main><SignIn /></main>;
  return (
    <>
      <Status />
      <main>
        {isOut && <SignIn />}
        {!me.permissions.includes("visit.work") ? <p class="card">{speech.say("no_work")}</p> : visitId ? <VisitPage key={visitId} id={visitId} /> : <DayList />}
      </main>
    </>
  );
}

/** When the phone tries: at the start, when the line is back, when the page is looked at again, and now and then. */
function useLife(phone: Phone, where: Whereabouts, personId: string | undefined) {
  useEffect(() => {
    void phone.start();
  }, [phone]);
  useEffect(() => {
    if (personId === undefined) return;
    void where.resume(personId);
    const look = () => {
      if (document.visibilityState === "hidden") return;
      void phone.sync();
      void where.flush(personId);
    };
    const timer = setInterval(look, syncEveryMs);
    addEventListener("online", look);
    addEventListener("offline", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      removeEventListener("online", look);
      removeEventListener("offline", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [phone, where, personId]);
}
