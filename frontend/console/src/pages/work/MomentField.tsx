import { Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { usePhrases } from "../../i18n/phrases";
import { DateField } from "../../kit/DateField";
import { useSpeech } from "../../i18n/context";
import { momentOf } from "./moments";
import { words } from "./words";

interface MomentProps {
  label: string;
  value: Date | null;
  set: (value: Date | null) => void;
  error?: string | undefined;
}

const two = (part: number): string => String(part).padStart(2, "0");

/** A date in the reader's calendar with a time, where the reader is; null until both are there. */
export function MomentField(props: MomentProps) {
  const { value, set } = props;
  const { say } = usePhrases(words);
  const { locale } = useSpeech();
  const [day, setDay] = useState<string | null>(() => (value === null ? null : `${value.getFullYear()}-${two(value.getMonth() + 1)}-${two(value.getDate())}`));
  const [time, setTime] = useState(() => shown(value, locale));
  const change = (nextDay: string | null, nextTime: string) => {
    setDay(nextDay);
    setTime(nextTime);
    set(momentOf(nextDay, nextTime));
  };
  return (
    <div>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <div style={{ flex: 1, minWidth: 0 }}>
          <DateField label={props.label} value={day} set={(iso) => change(iso, time)} testid="moment" />
        </div>
        <TextInput
          w={84}
          aria-label={say("time")}
          placeholder={shown(new Date(2000, 0, 1, 9), locale)}
          value={time}
          onChange={(event) => change(day, event.currentTarget.value)}
          inputMode="numeric"
          autoComplete="off"
          dir="ltr"
          data-testid="moment-time"
        />
      </Group>
      {props.error && <Text size="xs" c="red" role="alert">{props.error}</Text>}
    </div>
  );
}

function shown(moment: Date | null, locale: string): string {
  return moment === null ? "" : new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(moment);
}
