import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Speech as Spoken, usualCalendar } from "../../shared/speech";
import type { Language } from "../../widget/src/desk/words";
import type { Calendar, Face, Guest } from "./api";
import { portalWords, type PortalWords } from "./words";

export { usualCalendar };

/** The portal's words as the reader has them. */
export class Speech extends Spoken<PortalWords> {
  constructor(language: Language, calendar: Calendar, digits: Face["digits"], timeZone?: string) {
    super(portalWords[language], language, calendar, digits, timeZone);
  }
}

export interface Portal {
  face: Face;
  speech: Speech;
  guest: Guest | null;
  /** Also null: they are out. */
  setGuest: (guest: Guest | null) => void;
}

export const PortalContext = createContext<Portal | null>(null);

export function usePortal(): Portal {
  const found = useContext(PortalContext);
  if (!found) throw new Error("there is no portal around this");
  return found;
}
