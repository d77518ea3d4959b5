import { useEffect, useMemo, useState } from "preact/hooks";
import { keep, kept } from "../../shared/kept";
import { asLanguage, languageNames, type Language } from "../../widget/src/desk/words";
import { call, readSession, type Calendar, type Face, type Guest } from "./api";
import { ArticlePage, Faq, Follow } from "./Faq";
import { NewRequest } from "./NewRequest";
import { go, useRoute } from "./route";
import { ByLink, SignIn } from "./SignIn";
import { PortalContext, Speech, usePortal, usualCalendar } from "./speech";
import { TicketPage } from "./TicketPage";
import { Tickets } from "./Tickets";

const calendars: Calendar[] = ["gregory", "persian", "islamic-umalqura"];

export function App() {
  const [face, setFace] = useState<Face | null>(null);
  const [guest, setGuest] = useState<Guest | null | undefined>(undefined);
  const [language, setLanguage] = useKept<Language>("language");
  const [calendar, setCalendar] = useKept<Calendar>("calendar");
  useEffect(() => {
    call<Face>("GET", "/api/portal").then(setFace, () => setFace(null));
    readSession().then(setGuest, () => setGuest(null));
  }, []);
  const speech = useMemo(() => {
    if (face === null) return null;
    const wished = [language, ...navigator.languages.map(asLanguage), face.locale].find((each) => each !== null && face.languages.includes(each)) ?? face.locale;
    const chosen = calendar ?? (face.calendar !== null && face.locale === wished ? face.calendar : usualCalendar[wished]);
    return new Speech(wished, chosen, face.digits);
  }, [face, language, calendar]);
  useEffect(() => {
    if (!speech || !face) return;
    document.documentElement.lang = speech.language;
    document.documentElement.dir = speech.side;
    document.title = face.name || speech.say("title");
  }, [speech, face]);
  if (!face || !speech || guest === undefined) return <p class="wait" role="status">…</p>;
  return (
    <PortalContext.Provider value={{ face, speech, guest, setGuest }}>
      <Head setLanguage={setLanguage} setCalendar={setCalendar} />
      <main id="content" tabIndex={-1}>{face.is_on ? <Routed /> : <p class="card">{speech.say("off")}</p>}</main>
    </PortalContext.Provider>
  );
}

function Head(props: { setLanguage: (language: Language) => void; setCalendar: (calendar: Calendar) => void }) {
  const { face, speech, guest, setGuest } = usePortal();
  const leave = () => {
    call("DELETE", "/api/portal/session").catch(() => undefined);
    setGuest(null);
    go();
  };
  return (
    <header>
      <a class="away skip" href="#content" onClick={(event) => { event.preventDefault(); document.getElementById("content")?.focus(); }}>{speech.say("skip")}</a>
      <div class="bar">
        <a class="brand" href="#/">
          {face.logo && <img src={face.logo} alt="" />}
          <bdi>{face.name || speech.say("title")}</bdi>
        </a>
        <div class="choices">
          <select aria-label={speech.say("language")} value={speech.language} onChange={(event) => props.setLanguage(event.currentTarget.value as Language)} data-testid="language">
            {face.languages.map((each) => <option key={each} value={each} lang={each}>{languageNames[each]}</option>)}
          </select>
          <select aria-label={speech.say("calendar")} value={speech.calendar} onChange={(event) => props.setCalendar(event.currentTarget.value as Calendar)} data-testid="calendar">
            {calendars.map((each) => <option key={each} value={each}>{speech.say(`calendar.${each}`)}</option>)}
          </select>
        </div>
      </div>
      {face.is_on && (
        <nav aria-label={speech.say("title")}>
          {guest ? <a href="#/">{speech.say("mine")}</a> : <a href="#/">{speech.say("enter")}</a>}
          <a href="#/faq">{speech.say("faq")}</a>
          <a href="#/complaint">{speech.say("follow")}</a>
          {guest && (
            <span class="guest">
              <bdi>{guest.name}</bdi>
              <button type="button" class="quiet small" onClick={leave} data-testid="leave">{speech.say("leave")}</button>
            </span>
          )}
        </nav>
      )}
    </header>
  );
}

function Routed() {
  const { guest } = usePortal();
  const [first, second, third] = useRoute();
  if (first === "in" && second && third) return <ByLink id={second} link={third} />;
  if (first === "faq") return second ? <ArticlePage key={second} id={second} /> : <Faq />;
  if (first === "complaint") return <Follow key={second} code={second} />;
  // Where they wanted to go is still in the address when they are in.
  if (!guest) return <SignIn />;
  if (first === "new") return <NewRequest />;
  return first === "tickets" && second ? <TicketPage key={second} id={second} /> : <Tickets />;
}

/** A choice of the reader's that this browser remembers. */
function useKept<Kept extends string>(name: string): [Kept | null, (value: Kept) => void] {
  const key = `markaz.portal.${name}`;
  const [value, setValue] = useState(() => kept(key) as Kept | null);
  const choose = (next: Kept) => {
    setValue(next);
    keep(key, next);
  };
  return [value, choose];
}
