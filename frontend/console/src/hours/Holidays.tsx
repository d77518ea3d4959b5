import { Button, Group, Menu, Stack, Text } from "@mantine/core";
import { IconPlus, IconSparkles } from "@tabler/icons-react";
import { useRegion } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { dateOf, today } from "../kit/calendar";
import { NumberField, TextField } from "../kit/fields";
import css from "../kit/Kit.module.css";
import { useDays } from "./dates";
import { nextOf, type HolidayRule } from "./model";
import { sets, withSet, type SetName } from "./sets";
import { hoursWords } from "./words";
import { CalendarField, Entry, MonthDay, MovedField, useOpened } from "./Yearly";

const most = 100;

/** Holidays by rule, in three calendars. */
export function HolidaysSection(props: { value: HolidayRule[]; set: (value: HolidayRule[]) => void }) {
  const { value, set } = props;
  const { say } = usePhrases(hoursWords);
  const { calendar } = useRegion();
  const opened = useOpened();
  const put = (at: number, part: Partial<HolidayRule>) => set(value.map((each, index) => (index === at ? { ...each, ...part } : each)));
  const add = () => {
    const { month, day } = dateOf(today(), calendar);
    set([...value, { name: "", calendar, month, day, days: 1, year: null, moved: [] }]);
    opened.open(value.length);
  };
  const addSet = (name: SetName) => {
    set(withSet(value, name, (day) => say(`day.${day}`)));
    opened.open(null);
  };
  const remove = (at: number) => {
    set(value.filter((_, index) => index !== at));
    opened.open(null);
  };
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed">{say("rules_hint")}</Text>
      {value.map((rule, at) => (
        <Entry key={at} name={rule.name} about={<About rule={rule} />} remove={() => remove(at)} isOpen={opened.isOpen(at)} toggle={() => opened.toggle(at)} testid="holiday">
          <RuleFields rule={rule} put={(part) => put(at, part)} />
        </Entry>
      ))}
      {value.length < most && (
        <Group gap="xs">
          <Button size="xs" variant="default" leftSection={<IconPlus size={16} />} onClick={add} data-testid="add-holiday">{say("add_rule")}</Button>
          <Menu position="bottom-start" withinPortal>
            <Menu.Target>
              <Button size="xs" variant="default" leftSection={<IconSparkles size={16} />} data-testid="add-set">{say("add_set")}</Button>
            </Menu.Target>
            <Menu.Dropdown>
              {(Object.keys(sets) as SetName[]).map((name) => <Menu.Item key={name} onClick={() => addSet(name)} data-testid={`set-${name}`}>{say(`set.${name}`)}</Menu.Item>)}
            </Menu.Dropdown>
          </Menu>
        </Group>
      )}
    </Stack>
  );
}

/** When it is, in its own calendar, and when it comes next, in the reader's. */
function About({ rule }: { rule: HolidayRule }) {
  const { say, count } = usePhrases(hoursWords);
  const days = useDays();
  const next = nextOf(rule, today());
  const parts = [
    days.inYear(rule.calendar, rule.month, rule.day),
    ...(rule.days > 1 ? [count("n_days", rule.days)] : []),
    rule.year === null ? say("every_year") : say("only_year", { year: rule.year }),
    next === null ? say("never") : say("next", { date: days.full(next.from) }),
  ];
  return parts.map((part, at) => <span key={at}>{at > 0 && " · "}<bdi>{part}</bdi></span>);
}

function RuleFields(props: { rule: HolidayRule; put: (part: Partial<HolidayRule>) => void }) {
  const { rule, put } = props;
  const { say } = usePhrases(hoursWords);
  return (
    <>
      <TextField label={say("name")} value={rule.name} set={(name) => put({ name })} testid="rule-name" />
      <div className={css.pair}>
        <CalendarField value={rule.calendar} set={(calendar) => put({ calendar, moved: [], year: null })} />
        <MonthDay calendar={rule.calendar} month={rule.month} day={rule.day} set={(month, day) => put({ month, day })} testid="rule" />
      </div>
      <div className={css.pair}>
        <NumberField label={say("days")} value={rule.days} min={1} max={31} set={(next) => put({ days: next ?? 1 })} testid="rule-days" />
        <NumberField label={say("year")} hint={say("year_hint")} value={rule.year} min={1} max={9999} set={(year) => put({ year })} testid="rule-year" />
      </div>
      <MovedField calendar={rule.calendar} value={rule.moved} set={(moved) => put({ moved })} />
    </>
  );
}
