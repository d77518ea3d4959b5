import { Button, Group, Stack, Text } from "@mantine/core";
import { IconMoon, IconPlus } from "@tabler/icons-react";
import { useRegion } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { dateOf, today } from "../kit/calendar";
import { TextField } from "../kit/fields";
import css from "../kit/Kit.module.css";
import { useDays } from "./dates";
import type { Interval, Season } from "./model";
import { WeekField } from "./Spans";
import { hoursWords } from "./words";
import { CalendarField, Entry, MonthDay, MovedField, useOpened } from "./Yearly";

const most = 10;
const ramadan = { calendar: "islamic-umalqura", from_month: 9, from_day: 1, to_month: 9, to_day: 30 } as const;

/** Parts of each year with hours of their own, such as Ramadan. */
export function SeasonsSection(props: { value: Season[]; set: (value: Season[]) => void; weekly: Interval[] }) {
  const { value, set } = props;
  const { say } = usePhrases(hoursWords);
  const { calendar } = useRegion();
  const days = useDays();
  const opened = useOpened();
  const put = (at: number, part: Partial<Season>) => set(value.map((each, index) => (index === at ? { ...each, ...part } : each)));
  const add = (season: Omit<Season, "weekly" | "moved">) => {
    set([...value, { ...season, weekly: props.weekly, moved: [] }]);
    opened.open(value.length);
  };
  const fresh = () => {
    const { month } = dateOf(today(), calendar);
    return { name: "", calendar, from_month: month, from_day: 1, to_month: month, to_day: 31 };
  };
  const remove = (at: number) => {
    set(value.filter((_, index) => index !== at));
    opened.open(null);
  };
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed">{say("seasons_hint")}</Text>
      {value.map((season, at) => (
        <Entry
          key={at}
          name={season.name}
          about={<bdi>{`${days.inYear(season.calendar, season.from_month, season.from_day)} – ${days.inYear(season.calendar, season.to_month, season.to_day)}`}</bdi>}
          remove={() => remove(at)}
          isOpen={opened.isOpen(at)}
          toggle={() => opened.toggle(at)}
          testid="season"
        >
          <SeasonFields season={season} put={(part) => put(at, part)} />
        </Entry>
      ))}
      {value.length < most && (
        <Group gap="xs">
          <Button size="xs" variant="default" leftSection={<IconPlus size={16} />} onClick={() => add(fresh())} data-testid="add-season">{say("add_season")}</Button>
          <Button size="xs" variant="default" leftSection={<IconMoon size={16} />} onClick={() => add({ name: say("ramadan"), ...ramadan })} data-testid="add-ramadan">{say("add_ramadan")}</Button>
        </Group>
      )}
    </Stack>
  );
}

function SeasonFields(props: { season: Season; put: (part: Partial<Season>) => void }) {
  const { season, put } = props;
  const { say } = usePhrases(hoursWords);
  return (
    <>
      <div className={css.pair}>
        <TextField label={say("name")} value={season.name} set={(name) => put({ name })} />
        <CalendarField value={season.calendar} set={(calendar) => put({ calendar, moved: [] })} />
      </div>
      <div className={css.pair}>
        <MonthDay label={say("from_month")} calendar={season.calendar} month={season.from_month} day={season.from_day} set={(from_month, from_day) => put({ from_month, from_day })} testid="season-from" />
        <MonthDay label={say("to_month")} calendar={season.calendar} month={season.to_month} day={season.to_day} set={(to_month, to_day) => put({ to_month, to_day })} testid="season-to" />
      </div>
      <WeekField value={season.weekly} set={(weekly) => put({ weekly })} />
      <MovedField calendar={season.calendar} value={season.moved} set={(moved) => put({ moved })} />
    </>
  );
}
