import { TextInput } from "@mantine/core";
import { useEffect, useState, type KeyboardEvent } from "react";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { hoursAndMinutes, minutesOf } from "./durations";
import { kitWords } from "./words";

interface DurationProps {
  label: string;
  isLabelHidden?: boolean;
  value: number | null;
  set: (minutes: number | null) => void;
  error?: string | undefined;
  testid?: string;
}

/** Hours and minutes, typed with any digits; empty is none. */
export function DurationField(props: DurationProps) {
  const { value } = props;
  const { locale } = useSpeech();
  const { say } = usePhrases(kitWords);
  const shown = value === null ? "" : hoursAndMinutes(value, locale);
  const [typed, setTyped] = useState(shown);
  const [isWrong, setWrong] = useState(false);
  useEffect(() => {
    setTyped(shown);
    setWrong(false);
  }, [shown]);
  const read = () => {
    const minutes = minutesOf(typed);
    const isNone = typed.trim() === "" || minutes === 0;
    setWrong(minutes === null && !isNone);
    if (isNone) return props.set(null);
    if (minutes === null) return;
    if (minutes === value) setTyped(shown);
    else props.set(minutes);
  };
  const down = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    read();
  };
  return (
    <TextInput
      {...(props.isLabelHidden ? { "aria-label": props.label } : { label: props.label })}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={read}
      onKeyDown={down}
      error={isWrong ? say("no_duration") : props.error}
      placeholder={hoursAndMinutes(0, locale).replace(/./gu, (each) => (each === ":" ? ":" : "–"))}
      inputMode="numeric"
      autoComplete="off"
      dir="ltr"
      ta="start"
      data-testid={props.testid}
    />
  );
}
