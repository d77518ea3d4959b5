import { Loader, Text } from "@mantine/core";
import { useEffect, useId, useImperativeHandle, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { useRegion } from "../../i18n/context";
import { Dates } from "../../i18n/dates";
import { usePhrases } from "../../i18n/phrases";
import { Speech } from "../../i18n/words";
import { directionOf } from "../../../../shared/direction";
import { useFeed } from "../../live/context";
import type { Work } from "../../feed";
import { fillIn, fitting, languageFor, readAnswers, textIn, type Answer, type Facts } from "./answers";
import { useLetterhead } from "./letterhead";
import css from "./Composer.module.css";
import { words } from "./words";

export interface Picker {
  /** True: the key was for the list. */
  pressed: (event: KeyboardEvent | globalThis.KeyboardEvent) => boolean;
}

interface PickerProps {
  picker: RefObject<Picker | null>;
  work: Work;
  query: string;
  choose: (text: string) => void;
  close: () => void;
}

/** Canned answers over the composer: typing filters, arrow keys choose, Enter inserts; beside them how it will read. */
export function AnswerPicker(props: PickerProps) {
  const { work, query } = props;
  const { language: own } = useRegion();
  const { me, organisation } = useFeed();
  const { say } = usePhrases(words);
  const head = useLetterhead(work.interaction.id, languageFor(work, own), true);
  const [answers, setAnswers] = useState<Answer[] | null>(null);
  const [isFailed, setFailed] = useState(false);
  const [at, setAt] = useState(0);
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    let isGone = false;
    readAnswers().then((found) => !isGone && setAnswers(found), () => !isGone && setFailed(true));
    return () => void (isGone = true);
  }, []);
  useEffect(() => setAt(0), [query]);

  const shown = fitting(answers ?? [], query, work.interaction);
  const language = languageFor(work, own);
  const textOf = (answer: Answer) => {
    const found = textIn(answer, language, own);
    const facts: Facts = {
      "customer.name": work.interaction.customer.name,
      "agent.name": me.name,
      // In the digits of the text; the server finds it by any.
      "interaction.number": new Speech(found.language, "locale").number(work.interaction.number),
      "queue.name": work.interaction.queue_name,
      "organisation.name": organisation.name,
      date: new Dates(new Speech(found.language, "locale"), found.language === "fa" && organisation.calendar === "gregory" ? "persian" : organisation.calendar).letter(Date.now()),
      // As the server says them, once they are there.
      ...(head?.locale === found.language ? head.values : {}),
    };
    return fillIn(found.text, facts, found.language);
  };
  const current = shown[Math.min(at, shown.length - 1)];

  useImperativeHandle(props.picker, () => ({
    pressed: (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by !== undefined && shown.length > 0) setAt((old) => (Math.min(old, shown.length - 1) + by + shown.length) % shown.length);
      else if ((event.key === "Enter" || event.key === "Tab") && current) props.choose(textOf(current));
      else if (event.key === "Escape") props.close();
      else return false;
      event.preventDefault();
      return true;
    },
  }));
  // Braces: newer browsers return a promise here, which is no way to end an effect.
  useEffect(() => {
    void list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at, shown.length]);

  return (
    <div className={css.picker} data-testid="answers">
      {answers === null && !isFailed && <Loader size="sm" m="sm" />}
      {isFailed && <Text size="sm" c="red" p="sm">{say("answers_failed")}</Text>}
      {answers !== null && shown.length === 0 && <Text size="sm" c="dimmed" p="sm">{say("answers_none")}</Text>}
      <ul role="listbox" aria-label={say("answers")} ref={list} className={css.pickerList}>
        {shown.map((answer) => (
          <li
            key={answer.id}
            id={`${id}-${answer.id}`}
            role="option"
            aria-selected={answer === current}
            className={css.pickerItem}
            onMouseMove={() => setAt(shown.indexOf(answer))}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => props.choose(textOf(answer))}
            data-testid="answer"
          >
            <bdi>{answer.title}</bdi>
            <Text component="span" size="xs" c="dimmed"><bdi>/{answer.shortcut}</bdi></Text>
          </li>
        ))}
      </ul>
      {current && (
        <div className={css.pickerPreview} aria-live="polite">
          <p dir={directionOf(textOf(current))} data-testid="answer-preview">{textOf(current)}</p>
        </div>
      )}
      <Text size="xs" c="dimmed" className={css.pickerHint}>{say("answers_hint")}</Text>
    </div>
  );
}
