import { ActionIcon, Group, Text, Tooltip } from "@mantine/core";
import { IconCopy, IconPlus, IconX } from "@tabler/icons-react";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { isWeekend, weekStart } from "../kit/calendar";
import { useFeed } from "../live/context";
import { ClockField } from "./ClockField";
import css from "./Hours.module.css";
import { isOvernight, nextSpan, spread, weekFrom, type Interval, type Span } from "./model";
import { hoursWords } from "./words";

// 5 January 1970 was a Monday.
const monday = 4;

/** The hours of one day: none, one span or several. */
export function SpansField(props: { name: string; value: Span[]; set: (value: Span[]) => void }) {
  const { name, value, set } = props;
  const { say } = usePhrases(hoursWords);
  const put = (at: number, part: Partial<Span>) => set(value.map((each, index) => (index === at ? { ...each, ...part } : each)));
  return (
    <div className={css.spans}>
      {value.length === 0 && <Text size="sm" c="dimmed">{say("closed")}</Text>}
      {value.map((span, at) => (
        <div key={at} className={css.span} data-testid="span">
          <ClockField label={say("start_of", { name })} value={span.start} set={(start) => put(at, { start })} testid="span-start" />
          <span aria-hidden>–</span>
          <ClockField label={say("end_of", { name })} value={span.end} set={(end) => put(at, { end })} isEnd testid="span-end" />
          {isOvernight(span) && <Text size="xs" c="dimmed">{say("next_day")}</Text>}
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={say("remove_span", { name })} onClick={() => set(value.filter((_, index) => index !== at))} data-testid="remove-span"><IconX size={14} /></ActionIcon>
        </div>
      ))}
      <ActionIcon variant="default" size="sm" aria-label={say("add_span", { name })} onClick={() => set([...value, nextSpan(value)])} data-testid="add-span"><IconPlus size={14} /></ActionIcon>
    </div>
  );
}

/** A week, day by day, from the one with which it begins where the organisation is. */
export function WeekField(props: { value: Interval[]; set: (value: Interval[]) => void }) {
  const { value, set } = props;
  const { language } = useSpeech();
  const { organisation } = useFeed();
  const { say } = usePhrases(hoursWords);
  const nameOf = (day: number) => new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format((monday + day) * 86_400_000);
  const working = weekFrom(weekStart(organisation)).filter((day) => !isWeekend(monday + day, organisation));
  const put = (day: number, spans: Span[]) => set([...value.filter((each) => each.day !== day), ...spans.map(({ start, end }) => ({ day, start, end }))].sort((one, other) => one.day - other.day));
  return (
    <div className={css.week}>
      {weekFrom(weekStart(organisation)).map((day) => {
        const spans = value.filter((each) => each.day === day);
        return (
          <div key={day} className={css.weekday} data-testid="weekday" data-day={day}>
            <Text size="sm" fw={500}>{nameOf(day)}</Text>
            <SpansField name={nameOf(day)} value={spans} set={(next) => put(day, next)} />
            <Group gap={0}>
              {spans.length > 0 && (
                <Tooltip label={say("spread", { name: nameOf(day) })} withinPortal>
                  <ActionIcon variant="subtle" color="gray" size="sm" aria-label={say("spread", { name: nameOf(day) })} onClick={() => set(spread(value, day, working))} data-testid="spread"><IconCopy size={14} /></ActionIcon>
                </Tooltip>
              )}
            </Group>
          </div>
        );
      })}
    </div>
  );
}
