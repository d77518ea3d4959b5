import { useEffect } from "react";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { shellWords } from "./words";

let usual = "";

/** What the title says while nothing flashes in it. */
export const usualTitle = (): string => usual;

/** The page's name in the title, with how many messages nobody has read. */
export function useTitle(page: string | undefined, unread: number): void {
  const { say: sayWord, number, language } = useSpeech();
  const { say } = usePhrases(shellWords);
  useEffect(() => {
    const title = page === undefined ? sayWord("app.name") : `${page} – ${sayWord("app.name")}`;
    usual = unread > 0 ? say("title_unread", { n: number(unread), title }) : title;
    document.title = usual;
  }, [page, unread, language, sayWord, say, number]);
}
