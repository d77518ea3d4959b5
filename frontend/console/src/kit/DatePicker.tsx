import { ActionIcon, Group, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { useRegion } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { languages } from "../i18n/words";
import { addMonths, dateOf, isWeekend, today, weeksOf, weekStart, type Day } from "./calendar";
import css from "./Dates.module.css";
import { useFeed } from "../live/context";
import { dateWords } from "./dateWords";

const dayMs = 86_400_000;

interface PickerProps {
  value: Day | null;
  choose: (day: Day) => void;
  min?: Day | null;
  max?: Day | null;
  takesFocus?: boolean;
}

/** A month of the reader's calendar, after the ARIA pattern of a date picker's grid. */
export function DatePicker(props: PickerProps) {
  const { language, calendar, speech } = useRegion();
  const { organisation } = useFeed();
  const { say } = usePhrases(dateWords);
  const id = useId();
  const [at, setAt] = useState<Day>(props.value ?? today());
  const grid = useRef<HTMLTableElement>(null);
  const moves = useRef(props.takesFocus ?? false);
  const { year, month } = dateOf(at, calendar);
  const isRtl = languages[language].dir === "rtl";
  const weeks = weeksOf(year, month, calendar, weekStart(organisation));
  const locale = `${language}-u-ca-${calendar}-nu-${speech.numberingSystem}`;
  const say2 = (day: Day, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(day * dayMs);
  const isOut = (day: Day) => (props.min != null && day < props.min) || (props.max != null && day > props.max);

  useEffect(() => {
    if (moves.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }, [at]);

  const down = (event: KeyboardEvent) => {
    const next = steps(at, event, isRtl, weekStart(organisation), (by) => addMonths(at, by, calendar));
    if (next === null) return;
    event.preventDefault();
    moves.current = true;
    setAt(next);
  };
  const turn = (by: number) => {
    moves.current = false;
    setAt(addMonths(at, by, calendar));
  };
  const [Before, After] = isRtl ? [IconChevronRight, IconChevronLeft] : [IconChevronLeft, IconChevronRight];
  return (
    <div className={css.picker} data-testid="date-picker">
      <Group justify="space-between" wrap="nowrap">
        <ActionIcon variant="subtle" color="gray" aria-label={say("previous_month")} onClick={() => turn(-1)} data-testid="previous-month"><Before size={18} /></ActionIcon>
        <Text id={id} fw={600} size="sm" aria-live="polite" data-testid="month">{`${say2(at, { month: "long" })} ${speech.number(year)}`}</Text>
        <ActionIcon variant="subtle" color="gray" aria-label={say("next_month")} onClick={() => turn(1)} data-testid="next-month"><After size={18} /></ActionIcon>
      </Group>
      <table ref={grid} role="grid" aria-labelledby={id} className={css.grid} onKeyDown={down}>
        <thead>
          <tr>
            {weeks[0]?.map((day) => (
              <th key={day} scope="col" abbr={say2(day, { weekday: "long" })}>{say2(day, { weekday: "narrow" })}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <td key={day} role="gridcell" aria-selected={day === props.value}>
                  <button
                    type="button"
                    tabIndex={day === at ? 0 : -1}
                    data-autofocus={(props.takesFocus && day === at) || undefined}
                    disabled={isOut(day)}
                    className={css.day}
                    data-other={dateOf(day, calendar).month !== month || undefined}
                    data-weekend={isWeekend(day, organisation) || undefined}
                    data-chosen={day === props.value || undefined}
                    aria-current={day === today() ? "date" : undefined}
                    aria-label={say2(day, { weekday: "long", day: "numeric", month: "long", year: "numeric" })}
                    onClick={() => props.choose(day)}
                    data-testid="day"
                    data-day={day}
                  >
                    {speech.number(dateOf(day, calendar).day)}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where a key leads in the grid; null when it is none of its keys. */
export function steps(at: Day, event: Pick<KeyboardEvent, "key" | "shiftKey">, isRtl: boolean, start: number, months: (by: number) => Day): Day | null {
  const inWeek = (((at + 4 - start) % 7) + 7) % 7;
  switch (event.key) {
    case "ArrowLeft":
      return at + (isRtl ? 1 : -1);
    case "ArrowRight":
      return at + (isRtl ? -1 : 1);
    case "ArrowUp":
      return at - 7;
    case "ArrowDown":
      return at + 7;
    case "Home":
      return at - inWeek;
    case "End":
      return at + 6 - inWeek;
    case "PageUp":
      return months(event.shiftKey ? -12 : -1);
    case "PageDown":
      return months(event.shiftKey ? 12 : 1);
    default:
      return null;
  }
}
