import { ActionIcon, Group, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useRegion } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { languages } from "../i18n/words";
import { dateOf, weekday, weekStart } from "../kit/calendar";
import { useFeed } from "../live/context";
import { useClock } from "./ClockField";
import { useDays } from "./dates";
import css from "./Hours.module.css";
import { planOf, todayIn, type DayPlan, type Hours } from "./model";
import { hoursWords } from "./words";

const weeks = 4;
const week = 7;

/** Four weeks as they come out: from when to when it is open, and which holidays there are. */
export function Preview(props: { hours: Hours }) {
  const { hours } = props;
  const { language } = useRegion();
  const { organisation } = useFeed();
  const { say } = usePhrases(hoursWords);
  const { format } = useDays();
  const [turned, setTurned] = useState(0);
  const now = todayIn(hours.zone);
  const first = now - ((weekday(now) - weekStart(organisation) + week) % week) + turned * weeks * week;
  const plans = planOf(hours, first, weeks * week);
  const rows = Array.from({ length: weeks }, (_, row) => plans.slice(row * week, (row + 1) * week));
  const [Before, After] = languages[language].dir === "rtl" ? [IconChevronRight, IconChevronLeft] : [IconChevronLeft, IconChevronRight];
  const title = `${format(first, { day: "numeric", month: "long" })} – ${format(first + weeks * week - 1, { day: "numeric", month: "long", year: "numeric" })}`;
  return (
    <div data-testid="preview">
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <ActionIcon variant="subtle" color="gray" aria-label={say("previous")} onClick={() => setTurned(turned - 1)} data-testid="preview-back"><Before size={18} /></ActionIcon>
        <Text size="sm" fw={600} aria-live="polite"><bdi>{title}</bdi></Text>
        <ActionIcon variant="subtle" color="gray" aria-label={say("next_weeks")} onClick={() => setTurned(turned + 1)} data-testid="preview-on"><After size={18} /></ActionIcon>
      </Group>
      <table className={css.preview} aria-label={say("preview")}>
        <thead>
          <tr>{rows[0]!.map(({ day }) => <th key={day} scope="col" abbr={format(day, { weekday: "long" })}>{format(day, { weekday: "short" })}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => <tr key={row[0]!.day}>{row.map((plan, at) => <Cell key={plan.day} plan={plan} isToday={plan.day === now} isNamed={plan.day === first && at === 0} />)}</tr>)}
        </tbody>
      </table>
      <Text size="xs" c="dimmed" mt={4}>{say("preview_hint")}</Text>
    </div>
  );
}

function Cell(props: { plan: DayPlan; isToday: boolean; isNamed: boolean }) {
  const { plan } = props;
  const { calendar, speech } = useRegion();
  const { say } = usePhrases(hoursWords);
  const { format } = useDays();
  const clock = useClock();
  const { day } = dateOf(plan.day, calendar);
  const isClosed = plan.spans.length === 0;
  const names = plan.holidays.length > 0 ? plan.holidays : plan.isOff ? [say("off")] : [];
  return (
    <td data-testid="preview-day" data-day={plan.day} data-off={plan.isOff || undefined} data-closed={isClosed || undefined} data-today={props.isToday || undefined} aria-current={props.isToday ? "date" : undefined}>
      <div className={css.number}>{props.isNamed || day === 1 ? format(plan.day, { day: "numeric", month: "short" }) : speech.number(day)}</div>
      {plan.spans.map(({ start, end }) => (
        <div key={`${start} ${end}`} className={css.open}><span>{clock(start)}</span><span>–{clock(end)}</span></div>
      ))}
      {isClosed && names.length === 0 && <div className={css.quiet}>{say("closed")}</div>}
      {names.map((name) => <div key={name} className={css.holiday} dir="auto">{name}</div>)}
      {plan.season !== null && !isClosed && <div className={css.quiet} dir="auto">{plan.season}</div>}
    </td>
  );
}
