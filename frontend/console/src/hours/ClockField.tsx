import { TextInput } from "@mantine/core";
import { useEffect, useState, type KeyboardEvent } from "react";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import css from "./Hours.module.css";
import { clockIn } from "./model";
import { hoursWords } from "./words";

/** A time of the day, typed with any digits and shown in the reader's; kept as 09:00. */
export function ClockField(props: { label: string; value: string; set: (value: string) => void; isEnd?: boolean; testid: string }) {
  const { value, isEnd = false } = props;
  const { say } = usePhrases(hoursWords);
  const shown = useClock()(value);
  const [typed, setTyped] = useState(shown);
  const [isWrong, setWrong] = useState(false);
  useEffect(() => {
    setTyped(shown);
    setWrong(false);
  }, [shown]);
  const read = () => {
    const found = clockIn(typed, isEnd);
    setWrong(found === null);
    if (found === null) return;
    if (found === value) setTyped(shown);
    else props.set(found);
  };
  const down = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    read();
  };
  return (
    <TextInput
      className={css.clock!}
      size="xs"
      aria-label={props.label}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={read}
      onKeyDown={down}
      error={isWrong && say("no_clock")}
      inputMode="numeric"
      autoComplete="off"
      dir="ltr"
      data-testid={props.testid}
    />
  );
}

/** 09:00 in the reader's digits. */
export function useClock(): (clock: string) => string {
  const { locale } = useSpeech();
  const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
  return (clock) => clock.split(":").map((part) => two.format(Number(part))).join(":");
}
